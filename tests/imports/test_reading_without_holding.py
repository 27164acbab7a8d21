"""A list is read piece by piece: what it holds is never in memory as a whole."""

import io
import tempfile
import tracemalloc
from collections.abc import Iterator

import pytest

from customers.imports.reading import digest_of, read_list
from tests.imports.lists import INVOICE_HEADER

MB = 1024 * 1024
LINES = 40_000


@pytest.fixture(params=["cp1253", "utf-8", "utf-16"])
def invoices(request) -> Iterator[tempfile.SpooledTemporaryFile]:
    with tempfile.SpooledTemporaryFile(max_size=MB) as file:
        wrapped = io.TextIOWrapper(file, encoding=request.param, newline="")
        wrapped.write(INVOICE_HEADER + "\r\n")
        for number in range(LINES):
            wrapped.write(f"ΤΠΥ-{number};11/11/2023;15{number % 89};ΚΟΥΛΟΥΡΑΚΙΑ ΠΟΡΤΟΚΑΛΙΟΥ;2;9,80\r\n")
        wrapped.detach()
        yield file


def test_going_through_a_list_twice_takes_little_memory(invoices) -> None:
    tracemalloc.start()
    try:
        sheet = read_list(invoices, list_kind="purchases")
        counts = [sum(1 for _ in sheet.rows()) for _ in range(2)]
        digest = digest_of(invoices)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    invoices.seek(0)
    assert counts == [LINES, LINES]
    assert digest == digest_of(invoices.read())
    assert peak < 2 * MB < invoices.tell()
