"""What a browser would send of a form on a page, so that tests press its button as a person does."""

from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client


class _Form(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self._form_id, self._inside, self._select = form_id, False, ""
        self.data: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self._inside = said.get("id") == self._form_id
        if not self._inside:
            return
        name = said.get("name") or ""
        if tag == "select":
            self._select = name
            self.data[name] = []
        elif tag == "option" and (not self.data[self._select] or "selected" in said):
            self.data[self._select] = [said.get("value") or ""]
        elif tag == "input" and said.get("type") not in ("submit", "checkbox", "radio"):
            self.data.setdefault(name, []).append(said.get("value") or "")
        elif tag == "input" and "checked" in said:
            self.data.setdefault(name, []).append(said.get("value") or "on")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def filled(html: str, form_id: str = "understood") -> dict[str, list[str]]:
    """Return {field: values} as the form stands on the page, its buttons left out."""
    form = _Form(form_id)
    form.feed(html)
    assert form.data, f"no form {form_id} on the page"
    return form.data


def with_columns(data: dict[str, list[str]], **becomes: str) -> dict[str, list[str]]:
    """Return the form with other fields chosen for the columns of these names."""
    places = {name: index for index, name in enumerate(data["column_name"])}
    return data | {f"column_{places[name]}": [field] for name, field in becomes.items()}


def press(client: Client, page: HttpResponse, **becomes: str) -> HttpResponse:
    """Press the button of the page of what we understood, as it stands but for what these columns become."""
    return client.post(page.request["PATH_INFO"], with_columns(filled(page.text), **becomes), follow=True)
