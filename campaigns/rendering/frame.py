"""The sheet of paper around a letter: head and foot as e-mail HTML, and the foot of the text part.

Made once per campaign and variant, the styles written into the tags by css-inline; per letter only the link is
put in and four strings are joined.
"""

from dataclasses import dataclass
from functools import cached_property
from html import escape
from urllib.parse import urlsplit

from css_inline import CSSInliner

from .designs import DESIGNS
from .greeting import RenderedGreeting
from .state import cleaned

UNSUBSCRIBE_MARK = "https://unsubscribe-link.invalid/"  # .invalid is reserved (RFC 2606): never a real address
_LETTER = "<!--the letter-->"


@dataclass(frozen=True)
class Frame:
    """Head and foot of the letters of one campaign and variant; UNSUBSCRIBE_MARK stands for the link."""

    html_head: str
    html_foot: str
    text_foot: str

    @cached_property
    def _cut(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The feet, cut where the link goes: once for all letters of the frame."""
        return tuple(self.text_foot.split(UNSUBSCRIBE_MARK)), tuple(self.html_foot.split(UNSUBSCRIBE_MARK))

    def around(self, text: str, html: str, *, link: str) -> tuple[str, str]:
        """Return the whole text part and the whole HTML document. `link` is a whole http address, checked before."""
        text_foot, html_foot = self._cut
        # "-- " alone on a line is how mail programs know where the letter ends (RFC 3676, 4.3).
        return f"{text}\n\n-- \n{link.join(text_foot)}", f"{self.html_head}{html}{escape(link).join(html_foot)}"


@dataclass(frozen=True)
class AssembledLetter:
    """A letter as it leaves: a subject of one line, a whole text part, a whole HTML document."""

    subject: str
    text: str
    html: str


def build_frame(
    *, house: str, postal_address: str, why: str, unsubscribe_label: str, language: str, design: str = "card"
) -> Frame:
    """Return the frame. All words are plain text and get escaped; `language` is a tag such as "el".

    Raise KeyError for a `design` that is neither "card" nor "plain".
    """
    drawn = DESIGNS[design]
    address = ", ".join(line.strip() for line in cleaned(postal_address).splitlines() if line.strip())
    sheet = drawn.sheet.format(
        language=escape(language),
        house=_words(house),
        letter=_LETTER,
        why=_words(why),
        link=UNSUBSCRIBE_MARK,
        label=_words(unsubscribe_label),
        address=f", {escape(address)}" if address else "",
    )
    inliner = CSSInliner(extra_css=drawn.inlined, load_remote_stylesheets=False)
    document = inliner.inline(sheet).replace("</head>", f"<style>{drawn.screens}</style>\n</head>", 1)
    head, _, foot = document.partition(_LETTER)
    place = f"{cleaned(house).strip()}, {address}" if address else cleaned(house).strip()
    text_foot = f"{cleaned(why).strip()}\n{cleaned(unsubscribe_label).strip()}: {UNSUBSCRIBE_MARK}\n{place}\n"
    return Frame(head, foot, text_foot)


def assemble(frame: Frame, *, rendered: RenderedGreeting, unsubscribe_url: str, signature: str = "") -> AssembledLetter:
    """Return one whole letter. `signature` is plain text, added below the body of greetings that have none.

    Raise ValueError if `unsubscribe_url` is not an absolute http or https address: a dead link to leave
    is worse than no letter.
    """
    parts = urlsplit(unsubscribe_url)
    if parts.scheme not in ("http", "https") or not parts.netloc or cleaned(unsubscribe_url) != unsubscribe_url:
        raise ValueError("The link to unsubscribe is not a whole http address.")
    html, text = rendered.html, rendered.text
    signed = cleaned(signature).strip()
    if signed:
        lines = "<br>\n".join(escape(line) for line in signed.split("\n"))
        html = f'{html}\n<p class="sign">{lines}</p>'
        text = f"{text}\n\n{signed}"
    return AssembledLetter(rendered.subject, *frame.around(text, html, link=unsubscribe_url))


def _words(text: str) -> str:
    return escape(cleaned(text).replace("\n", " ").strip())
