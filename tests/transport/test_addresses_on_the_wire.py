"""An address as envelope and header carry it, or a refusal: never something in between."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.dispatch.addresses import LetterUnwritable, NeedsSmtpUtf8, ascii_domain, wire_address
from campaigns.dispatch.wire import build_bytes
from tests.transport.letters import a_letter


@pytest.mark.parametrize(
    ("domain", "on_wire"),
    [
        ("shop.example", "shop.example"),
        ("ΆΝΘΗ.example", "xn--hxawct.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        # Known pairs of the non-transitional form: the final sigma and the sharp s stay.
        ("βόλος.com", "xn--nxasmm1c.com"),
        ("faß.de", "xn--fa-hia.de"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_international_domains_go_as_xn(domain: str, on_wire: str) -> None:
    assert ascii_domain(domain) == on_wire
    assert wire_address(f"eleni@{domain}") == f"eleni@{on_wire}"
    assert f"<eleni@{on_wire}>".encode() in build_bytes(a_letter(f"eleni@{domain}"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "stamatis",
        "@shop.example",
        "stamatis@",
        "a b@shop.example",
        "a@b@shop.example",
        "a@shop..example",
        "a@-shop.example",
        "a@shop.example\r\nRCPT TO:<all@shop.example>",
        "a@shop.example>",
        "<a@shop.example",
        ".a@shop.example",
        "a..b@shop.example",
        "a@" + "b" * 64 + ".example",
        "x" * 65 + "@shop.example",
        "a@sh\u200dop.example",
        "a@shop☃.example",
        "\u00a0ά@shop.example",
    ],
)
def test_an_address_that_is_not_one_plain_address_is_refused(address: str) -> None:
    if address.startswith("\u00a0"):
        # A blank of any kind at the ends is a slip of a list, not a part of the address.
        with pytest.raises(NeedsSmtpUtf8):
            wire_address(address)
        return
    with pytest.raises(LetterUnwritable) as refusal:
        wire_address(address)
    assert not address or address not in str(refusal.value)


def test_a_greek_local_part_needs_smtputf8() -> None:
    letter = a_letter("χρήστης@ανθη.example")

    with pytest.raises(NeedsSmtpUtf8):
        build_bytes(letter)

    data = build_bytes(letter, smtputf8=True)
    assert "<χρήστης@xn--mxamct.example>".encode() in data
    assert all(header.isascii() for header in data.split(b"\r\n") if b"xn--" not in header)


@given(local=st.text(min_size=1, max_size=20), domain=st.text(min_size=1, max_size=20))
def test_no_address_ever_brings_a_blank_a_bracket_or_a_line_break(local: str, domain: str) -> None:
    try:
        on_wire = wire_address(f"{local}@{domain}", smtputf8=True)
    except LetterUnwritable:
        return
    assert not re.search(r"[\s<>\x00-\x20\x7f]", on_wire) and on_wire.count("@") == 1
    assert on_wire.rpartition("@")[2].isascii()
