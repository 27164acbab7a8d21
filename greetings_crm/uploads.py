"""How large a request may be. Its body is read before anybody asks who sends it, so the size is asked first."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.urls import reverse

from customers.imports.reading import MAX_BYTES
from customers.roles import ADMIN, has_role

LIST_PAGES = ("admin:customers_contact_import", "admin:customers_purchase_import")


def longest_body(request: HttpRequest) -> int:
    """Return how many bytes a form with files may have: a list and its form for whoever may bring one."""
    form = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    brings_list = request.path in map(reverse, LIST_PAGES) and has_role(request.user, ADMIN)
    return MAX_BYTES + form if brings_list else form


class BodyLimit(FileUploadHandler):
    """Stands before Django's own handlers and takes no file: it refuses by the length that was announced.

    Django reads no further than that length, and nothing without one.
    """

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None) -> None:
        if content_length > longest_body(self.request):
            raise RequestDataTooBig("The body is larger than this page takes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
