"""Letters for these tests, complete in one line."""

import re
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from campaigns.dispatch.wire import Letter

A_CHRISTMAS_MORNING = datetime(2026, 12, 20, 9, 30, tzinfo=UTC)


def a_letter(to_address: str = "stamatis@shop.example", **values: Any) -> Letter:
    """A Greek letter to Stamatis; whatever a test cares about is given by name."""
    facts: dict[str, Any] = {
        "message_id": f"<{crc32(to_address.encode()):x}.1@house.example>",
        "from_name": "Ανθοπωλείο Γιασεμί",
        "from_address": "house@house.example",
        "to_name": "Σταμάτης Παπαδόπουλος",
        "to_address": to_address,
        "reply_to": "maria@house.example",
        "subject": "Καλά Χριστούγεννα",
        "text": "Αγαπητέ Σταμάτη,\n\nκαλά Χριστούγεννα.\n",
        "html": "<p>Αγαπητέ Σταμάτη,</p>\n<p>καλά Χριστούγεννα.</p>\n",
        "unsubscribe_url": "https://house.example/n/0123456789abcdef0123456789abcdef",
        "unsubscribe_mailto": "no-more@house.example",
        "date": A_CHRISTMAS_MORNING,
    }
    return Letter(**facts | values)


def on_one_line(value: str) -> str:
    """What a name or subject can mean on one line: controls and line ends are a blank, blanks are single."""
    return re.sub(" +", " ", re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", value)).strip(" ")
