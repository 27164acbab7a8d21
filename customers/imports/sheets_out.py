"""Lists out, for a spreadsheet: CSV with a byte order mark and semicolons, whose cells cannot become formulas.

A spreadsheet takes a cell that begins with = + - @, a tab or a line end for a formula, and runs it. An apostrophe
before it keeps it a text; whoever reads our lists back takes exactly that apostrophe away, so that +30… and -50,00
come back as they were.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

BOM = "\ufeff"
DELIMITER = ";"
# Apostrophes of its own before such a sign get one more, so that taking one away always gives what was there.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"''*[=+\-@\t\r\n]")


def guarded(cell: str) -> str:
    """Return `cell` as a text that no spreadsheet takes for a formula."""
    return "'" + cell if _DANGEROUS.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return what `guarded` was given; any other text as it is."""
    return cell[1:] if _GUARDED.match(cell) else cell


class _Echo:
    """What csv writes into, and hands back at once."""

    @staticmethod
    def write(text: str) -> str:
        return text


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the text of a list for a spreadsheet, row by row: nothing is kept of those that are out."""
    write: Callable[[Sequence[str]], str] = csv.writer(_Echo(), delimiter=DELIMITER).writerow
    yield BOM
    for row in rows:
        yield write([guarded(cell) for cell in row])
