"""The greeting of the benchmarks and the people who get it: the same words for everybody who sends it.

About 0.7 KB of text and 1.5 KB of HTML in UTF-8 with five personal fields and a link of one's own, without anything
that only one sender could know.
"""

from collections.abc import Iterator
from dataclasses import dataclass

HOUSE = "Καφεκοπτείο της Πλατείας"
SENDER = "house@kafekopteio.example"
SUBJECT = "{{ first_name }}, καλά Χριστούγεννα"
PARAGRAPHS = (
    "{{ salutation }}",
    "σας ευχόμαστε καλά Χριστούγεννα με υγεία και ηρεμία στο σπίτι σας, εκεί στην πόλη που λέγεται {{ city }}. "
    "Χαιρόμαστε κάθε φορά που μας έρχεται ο νους στην οικογένεια με το όνομα {{ last_name }}.",
    "Το μαγαζί μένει ανοιχτό ως το μεσημέρι της παραμονής, και ο καφές είναι από εμάς.",
    "{{ signature }}",
)
BODY = "\n\n".join(PARAGRAPHS)
# (as the list has it, as one calls the person), the gender
FIRST_NAMES = (
    ("Σταμάτης", "Σταμάτη", "m"),
    ("Ελένη", "Ελένη", "f"),
    ("Γιώργος", "Γιώργο", "m"),
    ("Μαρία", "Μαρία", "f"),
    ("Νίκος", "Νίκο", "m"),
)
LAST_NAMES = {
    "m": (("Παπαδόπουλος", "Παπαδόπουλε"), ("Βλάχος", "Βλάχο"), ("Δημητρίου", "Δημητρίου")),
    "f": (("Παπαδοπούλου", "Παπαδοπούλου"), ("Βλάχου", "Βλάχου"), ("Δημητρίου", "Δημητρίου")),
}
CITIES = ("Βόλος", "Θεσσαλονίκη", "Πάτρα", "Καβάλα", "Χανιά", "Ιωάννινα", "Ρόδος")
OPENINGS = {"m": "Αγαπητέ κύριε", "f": "Αγαπητή κυρία"}
SHEET = (
    "body { margin: 0; font: 18px/1.7 Georgia, 'Noto Serif', serif; color: #23262b; background-color: #fffdf8; }\n"
    "p { margin: 0 0 1.05em; }\na { color: #1b4a6b; font-size: 13px; }\n"
    "@media (max-width: 600px) { td { padding-left: 20px !important; padding-right: 20px !important; } }\n"
    "@media (prefers-color-scheme: dark) { body { color: #ece5d8 !important; background: #22201c !important; } }\n"
)
# What stands around the words, as short as a script would have it; our own card alone is some three times as long.
HTML_HEAD = (
    f'<!doctype html>\n<html lang="el"><head><meta charset="utf-8"><title>{HOUSE}</title>\n'
    f"<style>{SHEET}</style></head>\n"
    '<body><table role="presentation" width="100%"><tr><td style="padding: 28px 44px">\n'
)
HTML_FOOT = (
    '</td></tr><tr><td style="padding: 14px 44px"><a href="{{ link }}">Μη μου ξαναγράψετε</a></td></tr></table>'
    "</body></html>\n"
)
TEXT_FOOT = "Μη μου ξαναγράψετε: {{ link }}\n"
# The whole letter as Jinja and Django read it.
TEXT = f"{BODY}\n\n-- \n{TEXT_FOOT}"
HTML = HTML_HEAD + "\n".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) + HTML_FOOT


@dataclass(frozen=True)
class Reader:
    """Somebody who gets the greeting: the columns of a list, and `fields`, the values the greeting names."""

    address: str
    first_name: str
    last_name: str
    gender: str
    city: str
    fields: dict[str, str]

    @property
    def link(self) -> str:
        """A link of one's own, as long as those in our letters."""
        return "http://127.0.0.1:8000/letters/stop/" + (self.address.encode().hex() * 4)[:108]


def readers(count: int, group: str) -> Iterator[Reader]:
    """The people of a run; each run has its `group`, so that nobody of an earlier one is taken for one of this."""
    for number in range(count):
        first, called, gender = FIRST_NAMES[number % len(FIRST_NAMES)]
        last, last_called = LAST_NAMES[gender][number % 3]
        city = CITIES[number % len(CITIES)]
        fields = {
            "salutation": f"{OPENINGS[gender]} {last_called},",
            "first_name": called,
            "last_name": last_called,
            "city": city,
            "signature": HOUSE,
        }
        yield Reader(f"person{number}@{group}.example", first, last, gender, city, fields)
