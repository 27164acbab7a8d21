"""A letter on the wire, read back by the standard library's parser and by a strict check of our own."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses, parseaddr, parsedate_to_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaigns.dispatch.addresses import LetterUnwritable
from campaigns.dispatch.wire import build_bytes, envelope
from tests.transport.letters import a_letter

NAMES = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs", "Cc"]),
        st.sampled_from("ΣΤΑΜΆΤΗΣάέήίόύώϊΐςabc  \"\\'<>@,;:()=?_.\r\n\t\x00\u2028🎄👩\u200d💻"),
    ),
    max_size=150,
)
BODIES = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"], exclude_characters="\r"),
        st.sampled_from("αβγδεςάabc .=\n\n \t-_🎄"),
    ),
    max_size=2000,
)
ONCE = ("From", "To", "Reply-To", "Date", "Message-ID", "Subject", "MIME-Version", "Content-Type")


def read(data: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(data)


def display_name(data: bytes, header: str) -> str:
    """The name of an address header, by the older half of the library: the newer one, up to Python 3.12,
    leaves a blank between the encoded words of a name (but not of a subject).
    """
    raw = re.sub(r"\r\n(?=[ \t])", "", message_from_bytes(data)[header])
    return str(make_header(decode_header(parseaddr(raw)[0])))


def one_line(value: str) -> str:
    """What a name or subject means once controls and runs of blanks are one blank."""
    return re.sub(" {2,}", " ", re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", value)).strip(" ")


def check_strictly(data: bytes) -> None:
    """What the pickiest receiver asks of any letter."""
    head, _, body = data.partition(b"\r\n\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"") and b"\r" not in data.replace(b"\r\n", b"")
    assert b"\0" not in data and data.isascii() and data.endswith(b"\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    for line in body.split(b"\r\n"):
        assert len(line) <= 78
    for line in head.split(b"\r\n"):
        # Wider only where one address, link or identifier cannot be broken.
        assert len(line) <= 78 or (line.startswith(b" ") and b" " not in line[1:])
        assert line.strip() == line.lstrip(b" ") and line.strip()
    names = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if not line.startswith(b" ")]
    assert len(names) == len(set(names)) and set(ONCE) <= set(names)
    assert all(re.fullmatch("[A-Za-z-]+", name) for name in names)


@given(name=NAMES, house=NAMES, subject=NAMES)
@example(name='Γιώργος "Τζο" Παππάς', house="a\\b, Inc. <x@y>", subject="x\r\nBcc: all@shop.example")
@example(name="=?utf-8?q?trick?=", house="🎄" * 60, subject="word " * 60)
@example(name="a" * 140, house="(comment)", subject="a" * 140)
def test_any_name_and_subject_read_back_as_they_were(name: str, house: str, subject: str) -> None:
    data = build_bytes(a_letter(to_name=name, from_name=house, subject=subject))

    check_strictly(data)
    message = read(data)
    assert len(message["To"].addresses) == len(message["From"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == "stamatis@shop.example"
    assert display_name(data, "To") == one_line(name)
    assert display_name(data, "From") == one_line(house)
    assert message["Subject"] == one_line(subject)
    assert not message.defects


@given(text=BODIES, html=BODIES.filter(bool))
@example(text=".\n..\n.a\nFrom here\n", html="<p>" + "x" * 5000 + "</p>")
@example(text="blank at the end \t\n and here ", html="=20=\n=")
@example(text="α" * 57, html="a" * 57)
def test_any_text_reads_back_as_it_was(text: str, html: str) -> None:
    data = build_bytes(a_letter(text=text, html=html))

    check_strictly(data)
    message = read(data)
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    for part, source in zip(parts, (text, html), strict=True):
        assert part.get_content_charset() == "utf-8"
        assert part.get_payload(decode=True).decode() == source.replace("\n", "\r\n")


def test_text_that_is_mostly_plain_letters_stays_readable_on_the_wire() -> None:
    data = build_bytes(a_letter(text="Dear Stamatis, a café awaits you.\n", html=""))

    assert b"quoted-printable" in data and b"Dear Stamatis, a caf=C3=A9 awaits you." in data
    assert read(data).get_content_type() == "text/plain"


@given(
    minutes=st.integers(-14 * 60, 14 * 60),
    moment=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2099, 12, 31)),
)
def test_the_date_is_the_moment_in_its_own_time_zone(minutes: int, moment: datetime) -> None:
    date = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))

    read_back = parsedate_to_datetime(read(build_bytes(a_letter(date=date)))["Date"])

    assert read_back.timestamp() == date.timestamp() and read_back.replace(tzinfo=None) == date.replace(tzinfo=None)


def test_a_date_without_a_time_zone_is_refused() -> None:
    with pytest.raises(LetterUnwritable):
        build_bytes(a_letter(date=datetime(2026, 12, 20)))


def test_one_click_unsubscribe_has_both_ways_and_its_promise() -> None:
    message = read(build_bytes(a_letter()))

    assert [link.strip() for link in message["List-Unsubscribe"].split(",")] == [
        "<https://house.example/n/0123456789abcdef0123456789abcdef>",
        "<mailto:no-more@house.example>",
    ]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_letter_without_a_link_promises_no_one_click() -> None:
    message = read(build_bytes(a_letter(unsubscribe_url="")))

    assert message["List-Unsubscribe"] == "<mailto:no-more@house.example>"
    assert "List-Unsubscribe-Post" not in message
    assert "List-Unsubscribe" not in read(build_bytes(a_letter(unsubscribe_url="", unsubscribe_mailto="")))


def test_links_outside_ascii_are_percent_encoded_and_their_host_is_punycode() -> None:
    data = build_bytes(
        a_letter(
            unsubscribe_url="https://ανθη.example/μη?α=1",
            unsubscribe_mailto="mailto:no@house.example?subject=όχι πια",
        )
    )

    check_strictly(data)
    assert b"<https://xn--mxamct.example/%CE%BC%CE%B7?%CE%B1=1>" in data
    assert b"<mailto:no@house.example?subject=%CF%8C%CF%87%CE%B9%20%CF%80%CE%B9%CE%B1>" in data


@pytest.mark.parametrize("link", ["https://house.example/\r\nBcc: all@shop.example", "https://h.example/" + "a" * 999])
def test_a_link_that_would_break_the_header_is_refused(link: str) -> None:
    with pytest.raises(LetterUnwritable):
        build_bytes(a_letter(unsubscribe_url=link))


def test_the_message_id_stays_as_it_was_given() -> None:
    with_brackets = build_bytes(a_letter(message_id="<20261220.abc-1@house.example>"))
    without = build_bytes(a_letter(message_id="20261220.abc-1@house.example"))

    assert with_brackets == without and read(without)["Message-ID"] == "<20261220.abc-1@house.example>"


@pytest.mark.parametrize("message_id", ["", "no-at-sign", "a b@c", "a@b>\r\nX: y", "ά@house.example"])
def test_a_message_id_of_no_lawful_form_is_refused(message_id: str) -> None:
    with pytest.raises(LetterUnwritable):
        build_bytes(a_letter(message_id=message_id))


def test_the_same_letter_is_the_same_bytes() -> None:
    assert build_bytes(a_letter()) == build_bytes(a_letter())


def test_headers_for_machines_stand_only_where_asked_for() -> None:
    plain = read(build_bytes(a_letter()))
    triggered = read(build_bytes(a_letter(auto_submitted=True, feedback_id="christmas:2026:house")))

    assert "Auto-Submitted" not in plain and "Feedback-ID" not in plain and "X-Mailer" not in plain
    assert triggered["Auto-Submitted"] == "auto-generated"
    assert triggered["Feedback-ID"] == "christmas:2026:house"


def test_the_envelope_carries_the_return_path_where_there_is_one() -> None:
    assert envelope(a_letter()) == ("house@house.example", "stamatis@shop.example")
    assert envelope(a_letter(return_path="b-1-x@bounce.house.example"))[0] == "b-1-x@bounce.house.example"


def test_a_thousand_awkward_people_all_get_a_strict_letter() -> None:
    names = ['Ελένη "Λένα" Κ.', "O'Brien, Pat", "Γιώργος\nBcc: x@y.example", "🎄 Χαρά", "ΣΤΑΜΆΤΗΣ", "", "Ζ" * 90]
    domains = ["shop.example", "άνθη.example", "mail.bücher.example", "a" * 60 + ".example"]
    recipients = set()
    for number in range(1000):
        data = build_bytes(
            a_letter(
                f"person{number}.x{'x' * (number % 50)}@{domains[number % 4]}",
                to_name=f"{names[number % 7]} {number}",
                subject=f"{names[(number + 3) % 7]} {number}",
                date=datetime(2026, 12, 20, 9, number % 60, tzinfo=UTC),
            )
        )

        check_strictly(data)
        assert display_name(data, "To") == one_line(f"{names[number % 7]} {number}")
        recipients.update(address for _, address in getaddresses([message_from_bytes(data)["To"]]))
    assert len(recipients) == 1000
