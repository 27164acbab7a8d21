"""How a letter looks as e-mail: a card of the house's stationery, or a plain letter as one writes it by hand.

A sheet is HTML with places in braces; `inlined` is written into its tags, for the mail programs that drop style
elements, `screens` stays an element of its own: what only a screen can decide (dark, narrow). The letter's
paragraphs carry no style: they inherit, and may be shown on a screen whose policy forbids inline styles.
"""

from dataclasses import dataclass

_SERIF = "'Palatino Linotype', Georgia, 'Noto Serif', 'Liberation Serif', 'Times New Roman', serif"
_SANS = "-apple-system, 'Segoe UI', 'Noto Sans', Roboto, 'Liberation Sans', Arial, sans-serif"

_HEAD = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{house}</title>
</head>
"""


# What an author can write beside paragraphs. A heading in a letter is a line that stands out, no headline.
_WORDS = """
.letter ul, .letter ol { margin: 0 0 1em; padding-left: 1.4em; }
.letter blockquote { margin: 0 0 1em; padding-left: .9em; border-left: 2px solid; }
.letter h1, .letter h2, .letter h3 { margin: 1.2em 0 .5em; font-size: 1.1em; line-height: 1.4; }
.letter hr { border: 0; border-top: 1px solid; }
.letter blockquote, .letter hr { border-color: #d9d0be; }
"""


@dataclass(frozen=True)
class Design:
    """`sheet` names the places {language}, {house}, {letter}, {why}, {link}, {label} and {address}."""

    sheet: str
    inlined: str
    screens: str


# The colours of the house's stationery; the same drawing as the letter on our screens.
_CARD = Design(
    sheet=_HEAD
    + """<body>
<table class="desk" role="presentation" cellpadding="0" cellspacing="0" border="0">
<tr><td class="around" align="center">
<table class="paper" role="presentation" cellpadding="0" cellspacing="0" border="0" align="center">
<tr><td class="house" align="left">{house}</td></tr>
<tr><td class="letter" align="left">{letter}</td></tr>
<tr><td class="foot" align="left">{why} <a href="{link}">{label}</a><br>{house}{address}</td></tr>
</table>
</td></tr></table>
</body>
</html>""",
    inlined=f"""
body {{ margin: 0; padding: 0; background-color: #f6f1e7; }}
.desk {{ width: 100%; background-color: #f6f1e7; }}
.around {{ padding: 24px 12px; }}
.paper {{ width: 100%; max-width: 640px; background-color: #fffdf8; }}
.paper {{ border: 1px solid #d9d0be; border-radius: 2px; }}
.house {{ padding: 20px 44px 16px; border-bottom: 1px solid #d9d0be; }}
.house {{ color: #1b4a6b; font: 17px/1.4 {_SERIF}; overflow-wrap: anywhere; }}
.letter {{ padding: 28px 44px 36px; color: #23262b; font: 18px/1.7 {_SERIF}; overflow-wrap: anywhere; }}
.foot {{ padding: 14px 44px 18px; border-top: 1px solid #d9d0be; color: #5a574f; font: 13px/1.5 {_SANS}; }}
.foot a {{ color: #1b4a6b; }}
""",
    screens=_WORDS
    + """:root { color-scheme: light dark; supported-color-schemes: light dark; }
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
  .letter blockquote, .letter hr { border-color: #5a544b !important; }
}
""",
)

# No ground of its own: the mail program's, as under any letter from a friend. Only in the dark one is named, so
# that light letters never meet a white page.
_PLAIN = Design(
    sheet=_HEAD
    + """<body>
<table class="page" role="presentation" cellpadding="0" cellspacing="0" border="0">
<tr><td class="letter" align="left">{letter}</td></tr>
<tr><td class="foot" align="left">{why} <a href="{link}">{label}</a><br>{house}{address}</td></tr>
</table>
</body>
</html>""",
    inlined=f"""
body {{ margin: 0; padding: 16px; }}
.page {{ width: 100%; max-width: 600px; }}
.letter {{ padding: 0 0 20px; color: #1f1f1f; font: 16px/1.55 {_SANS}; overflow-wrap: anywhere; }}
.foot {{ padding: 10px 0 0; border-top: 1px solid #d6d6d6; color: #5c5c5c; font: 13px/1.5 {_SANS}; }}
.foot a {{ color: #1b4a6b; }}
""",
    screens=_WORDS
    + """:root { color-scheme: light dark; supported-color-schemes: light dark; }
.letter p { margin: 0 0 1em; }
.letter a { color: #1b4a6b; }
@media (prefers-color-scheme: dark) {
  body, .page { background-color: #1c1c1c !important; }
  .letter { color: #e8e6e3 !important; }
  .foot { color: #b3b0ab !important; border-color: #4a4a4a !important; }
  .letter a, .foot a { color: #93bfdb !important; }
  .letter blockquote, .letter hr { border-color: #5a544b !important; }
}
""",
)

DESIGNS = {"card": _CARD, "plain": _PLAIN}
