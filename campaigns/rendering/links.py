"""Links of a greeting: whole https addresses and mail addresses, fixed for everybody who reads it."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from .reading import Item
from .rules import MOST_PROBLEMS
from .source import Source

_WHOLE = re.compile(r"https://[^/?#\s]+.*|mailto:[^\s@]+@.+", re.IGNORECASE)
_PIECE = re.compile("[\U000f0000-\U000ffffd]")  # what stands for one until the letter is laid out
_WRITTEN = re.compile(r"\]\(\s*<?([^\s<>()]*)|<([a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]*)>")


def check_links(items: Sequence[Item], source: Source) -> None:
    """Report each link of the laid-out `items` that leads nowhere from a letter: not whole, or not https.

    An address with a piece in it is another fault, reported elsewhere.
    """
    for kind, name, address in items:
        if kind != "start" or name != "a" or _WHOLE.fullmatch(address) or _PIECE.search(unquote(address)):
            continue
        source.add_problem("link_address", *_place(address, source.text), address=unquote(address)[:100])
        if len(source.problems) >= MOST_PROBLEMS:
            return


def _place(address: str, text: str) -> tuple[int, int]:
    """Return line and column of the address in the source as it was typed, or of its beginning."""
    for match in _WRITTEN.finditer(text):
        written = match.group(1) or match.group(2) or ""
        if unquote(written) == unquote(address):
            start = match.start(match.lastindex or 0)
            return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    return 1, 1
