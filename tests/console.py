"""What a page complains of on the browser's console."""

from playwright.sync_api import ConsoleMessage, Page

# A request that a later one overtakes, or that the reader stops, is called off; htmx calls that an error.
CALLED_OFF = ("htmx:afterRequest", "htmx:sendAbort")


def hear_complaints(page: Page, complaints: list[str]) -> None:
    """Add to `complaints` what the page's scripts and its console have to say of errors from now on."""

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(CALLED_OFF):
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
