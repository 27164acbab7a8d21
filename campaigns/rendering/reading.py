"""Reading laid-out HTML as what stands on paper: tags, words and addresses, one after the other."""

from html.parser import HTMLParser

Item = tuple[
    str, str, str
]  # ("start", tag, address or first number of a list), ("end", tag, "") or ("text", "", words)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.items: list[Item] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.items.append(("start", tag, given.get("href") or given.get("start") or ""))

    def handle_endtag(self, tag: str) -> None:
        self.items.append(("end", tag, ""))

    def handle_data(self, data: str) -> None:
        self.items.append(("text", "", data))


def read_html(html: str) -> list[Item]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.items
