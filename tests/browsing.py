"""People at a real browser: they log in and open a page, and what their browser complains of is heard."""

from urllib.parse import quote

from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.builders import PASSWORD

# A request that a later one overtakes, or that the reader stops, is called off; htmx calls that an error.
CALLED_OFF = ("htmx:afterRequest", "htmx:sendAbort")


def hear_complaints(page: Page, complaints: list[str]) -> None:
    """Add to `complaints` what the page's scripts and its console have to say of errors from now on."""

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(CALLED_OFF):
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))


def log_in(page: Page, address: str, username: str, path: str = "/") -> None:
    """Log in and wait until the page that `path` leads to is whole: its scripts hear keys and presses from here on."""
    page.goto(f"{address}/login/?next={quote(path)}")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/login/" not in url)


def sit_down(browser: Browser, address: str, username: str, path: str = "/", **options) -> tuple[Page, list[str]]:
    """Log in at a browser of one's own, in English unless `options` of the context say otherwise.

    The list fills with whatever the browser complains of.
    """
    page = browser.new_context(**({"locale": "en-GB"} | options)).new_page()
    complaints: list[str] = []
    hear_complaints(page, complaints)
    log_in(page, address, username, path)
    return page, complaints
