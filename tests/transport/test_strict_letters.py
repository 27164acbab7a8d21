"""The strict check finds every fault it is there for, and none in letters of ours, whatever they say.

A thousand of them on the whole way from contact to mailbox: `test_a_thousand_letters.py`.
"""

from base64 import b64encode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaigns.dispatch.wire import build_bytes, envelope
from tests.transport.letters import a_letter, on_one_line
from tests.transport.strict import Meant, violations

LINK = "https://house.example/n/0123?a=1&b=2"
MEANT = Meant(
    sender="b-1@bounce.house.example",
    recipient="stamatis@shop.example",
    from_name="Ανθοπωλείο",
    from_address="house@house.example",
    to_name='Σταμάτης "Τζο" Παππάς',
    reply_to="maria@house.example",
    subject="Καλά Χριστούγεννα και καλή χρονιά",
    text=f"Αγαπητέ Σταμάτη,\n\nκαλά Χριστούγεννα.\n{LINK}\n",
    html='<p>Dear café,</p>\n<a href="https://house.example/n/0123?a=1&amp;b=2">x</a>\n',
    unsubscribe_url=LINK,
)
ENVELOPE = (MEANT.sender, [MEANT.recipient])


def word(text: str) -> bytes:
    return b"=?utf-8?b?" + b64encode(text.encode()) + b"?="


def base64_lines(text: str) -> bytes:
    whole = b64encode(text.replace("\n", "\r\n").encode())
    return b"\r\n".join(whole[start : start + 76] for start in range(0, len(whole), 76))


TEXT = base64_lines(MEANT.text)
HTML = (
    b"<p>Dear caf=C3=A9,</p>\r\n"
    b'<a href=3D"https://house.example/n/0123?a=3D1&amp;b=3D2">=\r\nx</a>\r\n'
)  # fmt: skip
FROM = b"From: " + word("Ανθοπωλείο") + b" <house@house.example>\r\n"
TO = b"To: " + word('Σταμάτης "Τζο" Παππάς') + b"\r\n <stamatis@shop.example>\r\n"
SUBJECT = b"Subject: " + word("Καλά Χριστούγεννα ") + b"\r\n " + word("και καλή χρονιά") + b"\r\n"
DATE = b"Date: Sun, 20 Dec 2026 09:30:00 +0200\r\n"
MESSAGE_ID = b"Message-ID: <0123.abc@house.example>\r\n"
LIST = b"List-Unsubscribe: <" + LINK.encode() + b">,\r\n <mailto:house@house.example?subject=unsubscribe>\r\n"
POST = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
MIME = b"MIME-Version: 1.0\r\n"
TYPE = b'Content-Type: multipart/alternative; boundary="=_x"\r\n'
PLAIN_HEAD = b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
HTML_HEAD = b'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
PLAIN_PART = b"--=_x\r\n" + PLAIN_HEAD + TEXT + b"\r\n"
HTML_PART = b"--=_x\r\n" + HTML_HEAD + HTML + b"\r\n"
HEAD = FROM + TO + b"Reply-To: maria@house.example\r\n" + SUBJECT + DATE + MESSAGE_ID + LIST + POST + MIME + TYPE
GOOD = HEAD + b"\r\n" + PLAIN_PART + HTML_PART + b"--=_x--\r\n"


def rules_broken(data: bytes, *, envelope: tuple[str, list[str]] = ENVELOPE) -> set[str]:
    return {violation.partition(":")[0] for violation in violations(data, MEANT, envelope=envelope)}


def test_a_letter_without_fault_has_none() -> None:
    assert violations(GOOD, MEANT, envelope=ENVELOPE) == []


@pytest.mark.parametrize("header", [FROM, TO, SUBJECT, DATE, MESSAGE_ID, LIST, POST, MIME, TYPE])
def test_a_header_that_stands_twice_or_not_at_all_is_found(header: bytes) -> None:
    assert "count" in rules_broken(GOOD.replace(header, b""))
    assert "count" in rules_broken(header + GOOD)


# (rule, what stands there, what is put in its place): each breaks the good letter in one way.
FAULTS = [
    ("line-end", POST, POST.replace(b"\r\n", b"\n")),
    ("line-end", TEXT, TEXT + b"\r"),
    ("line-end", b"--=_x--\r\n", b"--=_x--"),
    ("nul", MIME, b"MIME-Version: 1.0\0\r\n"),
    ("nul", TEXT, base64_lines(MEANT.text + "\0")),
    ("ascii", b"maria@", "μαρία@".encode()),
    ("ascii", HTML, HTML.replace(b"caf=C3=A9", "café".encode())),
    ("width", MIME, MIME + b"X-Long: " + b"x" * 1000 + b"\r\n"),
    ("size", HTML, HTML + b"x\r\n" * 40_000),
    ("header", MIME, MIME + b"no header at all\r\n"),
    ("header", MIME, MIME + b"With Blank: x\r\n"),
    ("control", MIME, MIME + b"X-Bell: \x07\r\n"),
    ("fold", MIME, MIME + b" \r\n"),
    ("fold", MIME, b"MIME-Version: 1.0 \r\n"),
    ("fold", TYPE, b"Feedback-ID: " + b"word " * 20 + b"end\r\n" + TYPE),
    ("stranger", MIME, MIME + b"X-Mailer: ours\r\n"),
    ("stranger", MIME, MIME + b"Bcc: all@shop.example\r\n"),
    ("count", MIME, MIME + b"Reply-To: maria@house.example\r\n"),
    ("date", DATE, b"Date: Mon, 20 Dec 2026 09:30:00 +0200\r\n"),
    ("date", DATE, b"Date: Sun, 20 Dec 2026 09:30:00 GMT\r\n"),
    ("date", DATE, b"Date: Sun, 31 Nov 2026 09:30:00 +0200\r\n"),
    ("date", DATE, b"Date: 2026-12-20T09:30:00+02:00\r\n"),
    ("message-id", MESSAGE_ID, b"Message-ID: 0123.abc@house.example\r\n"),
    ("message-id", MESSAGE_ID, b"Message-ID: <0123.abc@localhost>\r\n"),
    ("mime-version", MIME, b"MIME-Version: 2.0\r\n"),
    ("auto-submitted", MIME, MIME + b"Auto-Submitted: yes\r\n"),
    ("word", SUBJECT, b"Subject: " + word("Καλά Χριστούγεννα και καλή χρονιά") + b"\r\n"),
    ("word", SUBJECT, b"Subject: " + word("ά" * 21) + b"\r\n"),  # by itself short enough, but in column 77
    ("word", SUBJECT, SUBJECT.replace(b"utf-8", b"iso-8859-7")),
    ("word", SUBJECT, b"Subject: =?utf-8?b?zp?= =?utf-8?b?mw==?=\r\n"),
    ("word", SUBJECT, b"Subject: =?utf-8?b?zprOsc67zqzOp8+BzrnPg8+Ez43Os861zr3Ovc6x?= =?utf-8?q?but no?=\r\n"),
    ("word", SUBJECT, b"Subject: =?utf-8?b?" + b64encode("Καλά".encode()[:-1]) + b"?=\r\n"),
    ("word", TO, b'To: "=?utf-8?b?zprOsc67zqw=?=" <stamatis@shop.example>\r\n'),
    ("word", b"Reply-To: ", b"Reply-To: =?utf-8?b?" + b"zpo" * 18 + b"=?= "),
    ("subject", SUBJECT, b"Subject: " + word("Καλά Χριστούγεννα") + b"\r\n " + word("και καλή χρονιά") + b"\r\n"),
    ("to", TO, b"To: " + word("Σταμάτης") + b" <stamatis@shop.example>\r\n"),
    ("to", TO, b"To: Stamatis, Inc. <stamatis@shop.example>\r\n"),
    ("to", TO, b"To: stamatis@shop.example, eleni@shop.example\r\n"),
    ("from", FROM, b"From: <house@house.example>\r\n"),
    ("reply-to", b"Reply-To: maria@", b"Reply-To: Maria <maria>@"),
    ("envelope", b"<stamatis@shop.example>", b"<eleni@shop.example>"),
    ("unsubscribe", LIST, LIST.replace(b"https", b"http")),
    ("unsubscribe", LIST, b"List-Unsubscribe: <" + LINK.encode() + b">\r\n"),
    ("unsubscribe", LIST, LIST.replace(b"<", b"").replace(b">", b"")),
    ("unsubscribe", LIST, LIST.replace(b"0123", b"4567")),
    ("unsubscribe", POST, b"List-Unsubscribe-Post: One-Click\r\n"),
    ("unsubscribe", TEXT, base64_lines(MEANT.text.replace(LINK, ""))),
    ("unsubscribe", HTML, b"<p>Dear caf=C3=A9,</p>"),
    ("multipart", TYPE, b'Content-Type: multipart/mixed; boundary="=_x"\r\n'),
    ("multipart", TYPE, b'Content-Type: multipart/alternative; boundary="=_y"\r\n'),
    ("multipart", b"\r\n\r\n--=_x", b"\r\n\r\nfor old programs\r\n--=_x"),
    ("multipart", b"--=_x--\r\n", b"--=_x--\r\nafterwards\r\n"),
    ("multipart", b"--=_x--\r\n", b"--=_x\r\n"),
    ("multipart", HTML_PART, b""),
    ("multipart", b"</p>\r\n", b"</p>\r\n--=_xyz\r\n"),
    ("part", PLAIN_PART + HTML_PART, HTML_PART + PLAIN_PART),
    ("part", PLAIN_HEAD, PLAIN_HEAD.replace(b"base64", b"8bit")),
    ("part", PLAIN_HEAD, PLAIN_HEAD.replace(b"utf-8", b"iso-8859-7")),
    ("part", TEXT, base64_lines("\n")),
    ("charset", TEXT, b64encode("Καλά".encode("iso-8859-7"))),
    ("encoding", TEXT, TEXT.replace(b"\r\n", b"")),
    ("encoding", TEXT, TEXT + b"\r\n"),
    ("encoding", TEXT, b"!" + TEXT),
    ("encoding", TEXT, b64encode(MEANT.text.encode())),
    ("encoding", HTML, HTML.replace(b"=C3=A9", b"=c3=a9")),
    ("encoding", HTML, HTML.replace(b"</p>", b"</p> ")),
    ("encoding", HTML, HTML.replace(b"=\r\n", b"a longer name than fits in it")),
    ("encoding", HTML, HTML.replace(b"Dear", b"=GG")),
    ("encoding", HTML, HTML + b"="),
    ("text", TEXT, base64_lines(MEANT.text.replace("Σταμάτη", "Ελένη"))),
    ("text", HTML, HTML.replace(b"Dear", b"Hi")),
    ("parser", TYPE, b'Content-Type: multipart/alternative; boundary="=_z"\r\n'),
]


@pytest.mark.parametrize(("rule", "good", "bad"), FAULTS, ids=[f"{n}-{fault[0]}" for n, fault in enumerate(FAULTS)])
def test_a_fault_is_found(rule: str, good: bytes, bad: bytes) -> None:
    assert GOOD.count(good) >= 1

    assert rule in rules_broken(GOOD.replace(good, bad, 1))


@pytest.mark.parametrize(
    "envelope",
    [
        (MEANT.sender, [MEANT.recipient, "eleni@shop.example"]),
        (MEANT.sender, ["eleni@shop.example"]),
        ("house@house.example", [MEANT.recipient]),
    ],
    ids=["two recipients", "another recipient", "another sender"],
)
def test_an_envelope_that_says_something_else_is_found(envelope: tuple[str, list[str]]) -> None:
    assert rules_broken(GOOD, envelope=envelope) == {"envelope"}


AWKWARD = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs", "Cc"]),
        st.sampled_from('ΣΤΑΜΆΤΗΣάέήίόύώϊΐςabc  ""\\\\\'<>@,;:()=?_.\r\n\t\x1b\u2028🎄👩\u200d💻'),
    ),
    max_size=150,
)


@given(name=AWKWARD, house=AWKWARD, subject=AWKWARD, words=AWKWARD)
@example(name='" ' * 30, house="\\ " * 30, subject="=?utf-8?q?=41?= =?utf-8?q?=42?=", words=".\n..\n-- \n \n")
@example(name="ά" * 21, house="=?" * 30, subject="ά" * 21, words="")
@example(name="a " * 75, house="Α" * 150, subject="w" * 150, words="=20=\n=")
def test_no_letter_of_ours_has_a_fault(name: str, house: str, subject: str, words: str) -> None:
    words = words.replace("\r", "") + "\n"
    letter = a_letter(
        from_name=house,
        to_name=name,
        subject=subject,
        text=f"Καλά Χριστούγεννα {words}{LINK}\n",
        html=f"<p>Merry Christmas</p>\n{words}{LINK.replace('&', '&amp;')}\n",
        unsubscribe_url=LINK,
        return_path=MEANT.sender,
    )
    meant = Meant(
        sender=MEANT.sender,
        recipient=letter.to_address,
        from_name=on_one_line(house),
        from_address=letter.from_address,
        to_name=on_one_line(name),
        reply_to=letter.reply_to,
        subject=on_one_line(subject),
        text=letter.text,
        html=letter.html,
        unsubscribe_url=LINK,
    )
    sender, recipient = envelope(letter)

    assert violations(build_bytes(letter), meant, envelope=(sender, [recipient])) == []
