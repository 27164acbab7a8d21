from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as house_settings
from playwright.sync_api import BrowserContext, Page

from tests.browsing import hear_complaints, log_in


class Desk:
    """A colleague at a browser of their own, logged in."""

    def __init__(self, context: BrowserContext, base: str, username: str) -> None:
        self.context, self.base = context, base
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        hear_complaints(self.page, self.errors)
        log_in(self.page, base, username)

    def open(self, path: str) -> Page:
        answer = self.page.goto(self.base + path)
        assert answer is not None and answer.ok, f"{path}: {answer and answer.status}"
        return self.page


@pytest.fixture
def open_desk(browser, live_server, settings) -> Iterator:
    settings.SITE_URL = live_server.url
    contexts: list[BrowserContext] = []

    def sit_down(username: str, *, language: str = "el", width: int = 1280, dark: bool = False) -> Desk:
        context = browser.new_context(
            locale=language, viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Desk(context, live_server.url, username)

    yield sit_down
    for context in contexts:
        context.close()


@pytest.fixture
def var_dir() -> Path:
    """The folder of the house that the live server lives in; its broker is the one workers must listen to."""
    return house_settings.VAR_DIR
