"""The sheet of paper around a letter: card head and foot as e-mail HTML, and the foot of the text part.

Made once per campaign and variant; per letter only the link is put in and four strings are joined. Mail
programs drop much of a style sheet, so the rules are written into the tags once, by css-inline; what
only a screen can decide (dark, narrow) stays in a style element of its own. The letter's paragraphs
carry no style: they inherit the paper's, and may be shown on a screen whose policy forbids inline
styles.
"""

from dataclasses import dataclass
from functools import cached_property
from html import escape
from urllib.parse import urlsplit

from css_inline import CSSInliner

from .greeting import RenderedGreeting
from .state import cleaned

UNSUBSCRIBE_MARK = "https://unsubscribe-link.invalid/"  # .invalid is reserved (RFC 2606): never a real address
_LETTER = "<!--the letter-->"

_SERIF = "'Palatino Linotype', Georgia, 'Noto Serif', 'Liberation Serif', 'Times New Roman', serif"
_SANS = "-apple-system, 'Segoe UI', 'Noto Sans', Roboto, 'Liberation Sans', Arial, sans-serif"

# The colours of the house's stationery; the same drawing as the letter on our screens.
_STYLE = f"""
body {{ margin: 0; padding: 0; background-color: #f6f1e7; }}
.desk {{ width: 100%; background-color: #f6f1e7; }}
.around {{ padding: 24px 12px; }}
.paper {{ width: 100%; max-width: 640px; background-color: #fffdf8; }}
.paper {{ border: 1px solid #d9d0be; border-radius: 2px; }}
.house {{ padding: 20px 44px 16px; border-bottom: 1px solid #d9d0be; }}
.house {{ color: #1b4a6b; font: 17px/1.4 {_SERIF}; }}
.letter {{ padding: 28px 44px 36px; color: #23262b; font: 18px/1.7 {_SERIF}; }}
.foot {{ padding: 14px 44px 18px; border-top: 1px solid #d9d0be; color: #5a574f; font: 13px/1.5 {_SANS}; }}
.foot a {{ color: #1b4a6b; }}
"""
_SCREENS = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
.letter p { margin: 0 0 1.05em; }
.letter a { color: #1b4a6b; }
.letter .sign { font-style: italic; }
@media (max-width: 600px) {
  .around { padding: 0 !important; }
  .house, .letter, .foot { padding-left: 20px !important; padding-right: 20px !important; }
}
@media (prefers-color-scheme: dark) {
  body, .desk { background-color: #191815 !important; }
  .paper { background-color: #22201c !important; border-color: #3b3731 !important; }
  .house { color: #93bfdb !important; border-color: #3b3731 !important; }
  .letter { color: #ece5d8 !important; }
  .foot { color: #b5ac9b !important; border-color: #3b3731 !important; }
  .letter a, .foot a { color: #93bfdb !important; }
}
"""
_SHEET = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{house}</title>
</head>
<body>
<table class="desk" role="presentation" cellpadding="0" cellspacing="0" border="0">
<tr><td class="around" align="center">
<table class="paper" role="presentation" cellpadding="0" cellspacing="0" border="0" align="center">
<tr><td class="house" align="left">{house}</td></tr>
<tr><td class="letter" align="left">{letter}</td></tr>
<tr><td class="foot" align="left">{why} <a href="{link}">{label}</a><br>{house}{address}</td></tr>
</table>
</td></tr></table>
</body>
</html>"""


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


def build_frame(*, house: str, postal_address: str, why: str, unsubscribe_label: str, language: str) -> Frame:
    """Return the frame. All words are plain text and get escaped; `language` is a tag such as "el"."""
    address = ", ".join(line.strip() for line in cleaned(postal_address).splitlines() if line.strip())
    sheet = _SHEET.format(
        language=escape(language),
        house=_words(house),
        letter=_LETTER,
        why=_words(why),
        link=UNSUBSCRIBE_MARK,
        label=_words(unsubscribe_label),
        address=f", {escape(address)}" if address else "",
    )
    inliner = CSSInliner(extra_css=_STYLE, load_remote_stylesheets=False)
    document = inliner.inline(sheet).replace("</head>", f"<style>{_SCREENS}</style>\n</head>", 1)
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
