"""Lists as files that a browser keeps."""

from collections.abc import Iterable, Sequence

from django.http import StreamingHttpResponse

from customers.imports.sheets_out import csv_lines


def as_download(rows: Iterable[Sequence[str]], *, file_name: str) -> StreamingHttpResponse:
    """Return the answer that sends a list for a spreadsheet as a file, row by row as it is made."""
    return StreamingHttpResponse(
        csv_lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )
