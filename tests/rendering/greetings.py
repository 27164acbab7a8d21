"""The facts and the people of these tests."""

from campaigns.rendering import RenderedGreeting, check_greeting, compile_greeting

NAMES = {
    "salutation": "salutation", "προσφώνηση": "salutation",
    "first_name": "first_name", "όνομα": "first_name", "customer.first_name": "first_name",
    "city": "city", "πόλη": "city", "customer.city": "city",
    "years": "years", "τόσα_χρόνια": "years",
    "since": "since", "τόσο_καιρό": "since", "line": "line", "λόγια": "line",
    "things": "things", "visits": "visits",
    "signature": "signature", "υπογραφή": "signature",
}  # fmt: skip

STAMATIS = {
    "salutation": "Αγαπητέ Σταμάτη,",
    "first_name": "Σταμάτη",
    "city": "Πάτρα",
    "years": 7,
    "since": "επτά χρόνια",
    "line": "Χαρήκαμε πολύ.",
    "things": ["εσπρέσο", "κουλουράκια"],
    "visits": [{"day": "Παρασκευή", "note": ""}, {"day": "Σάββατο", "note": "βιαστικός"}],
    "signature": "Άννα",
}


def write(body: str, subject: str = "Καλά Χριστούγεννα", **facts: object) -> RenderedGreeting:
    """Write to Stamatis, with other facts where a test says so."""
    return compile_greeting(subject=subject, body=body, names=NAMES).render({**STAMATIS, **facts})


def codes(body: str, subject: str = "Καλά Χριστούγεννα", severity: str = "error") -> list[str]:
    found = check_greeting(subject=subject, body=body, names=NAMES)
    return [problem.code for problem in found if problem.severity == severity]
