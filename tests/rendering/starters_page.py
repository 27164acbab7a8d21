"""The page in which every starter can be read: `python -m tests.rendering.starters_page > docs/starters.md`."""

import os

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()  # models can be imported only when Django knows its settings

from django.utils import translation

from campaigns.occasions import FEASTS, MOURNING, NAMES, OTHER, OWN_OCCASIONS
from campaigns.rendering import RenderedGreeting
from campaigns.writing.starters import Starter, starters_for
from tests.rendering.starter_readers import THINGS, Life, Reader, compiled

LANGUAGES = {"el": "Greek", "en": "English"}
# A man and a woman by turns, so that both endings are read.
WHO = {"formal": "woman", "informal": "man", "company": "company"}
OPENING = """\
# Starters: words to begin a greeting from

A greeting begins with words we wrote for its occasion, in Greek and English, formal, informal and to a company
(`campaigns/writing/starters/`). Staff make them theirs. Below, each stands twice as it is read: with all we may know of
somebody, and with nothing but the name. A test keeps this page true; after a change of words write it anew:
`python -m tests.rendering.starters_page > docs/starters.md`.

## How they were made
- All of them are our own sentences, written in each language for itself; the English is no translation word by word.
- One warm thought each. No selling, no exclamation marks, nothing that everybody sends. A letter to mourners wishes no
  joy; it says that nobody has to answer. No campaign carries it, for letters to them are stopped: it stands on their
  page, for a card or a call.
- Nobody reads the same sentence twice in a year: no sentence stands in two occasions of one language and manner, no
  three words in all of Christmas, New Year, name day and Easter. Each occasion has facts of its own to tell.
- Forty to a hundred and ten words, whatever we know. What somebody lacks falls out with its sentence, and no paragraph
  consists of such sentences alone.

## What to mind when adding or changing one
- A sentence must be true of everybody who has the fact. Most visits of somebody fell on a Friday: «η Παρασκευή μας» is
  theirs, but not «κάθε Παρασκευή». An apology does not say that the reader complained. The day of reading
  may be a few days late, so no «σήμερα».
- Choose the case the sentence needs, and a verb that fits one and many: things stand in the accusative («μαζί με
  {{ το_συνηθισμένο_σου }}»), because «ο εσπρέσο σε περιμένει» would need another verb for «τα κουλουράκια».
- Years are a nominative, one or many: «είναι {{ τόσα_χρόνια }} που …» fits «ένας χρόνος» and «επτά χρόνια». «έχουμε
  {{ πόσο_καιρό }} να σας δούμε» wants the accusative, «από {{ πρώτη_χρονιά }}» too.
- No pronoun may point back to a fact (τον, την, το): its gender is not known.
- The opening may be «Χρόνια πολλά,»: at feasts the first sentence must not say it again. Greek goes on in small
  letters after the opening, English with a capital.
- The wish of Easter is a fact, for it changes with the day: Καλό Πάσχα, Καλή Ανάσταση, Χριστός Ανέστη. Letters with
  the wish of Easter Sunday do not leave before it.
- An adjective about the reader goes through `συμφωνία` and stands in a sentence that may fall out: the gender is not
  always known.
- A line to quote and an answer to a promise are whole sentences that somebody else wrote: nothing may lean on them.
- Read the page below aloud, twice. The tests see accents, registers, capitals, stops, lengths and repetitions; they
  do not hear whether somebody would say it.
"""


def page() -> str:
    """Return the whole page."""
    parts = [OPENING]
    with translation.override("en"):
        for occasion in (*FEASTS, *OWN_OCCASIONS, MOURNING):
            if occasion != OTHER:
                parts.append(f"## {NAMES[occasion]}\n")
                parts += [_both(starter, number) for number, starter in enumerate(starters_for(occasion))]
    return "\n".join(parts)


def _both(starter: Starter, number: int) -> str:
    """A starter with everything and with nothing; days and things change from one to the next."""
    things = THINGS[starter.language]
    life = Life(weekday=(number + 3) % 6, thing=things[number % len(things)], away_days=(62, 3, 400)[number % 3])
    reader, greeting = Reader(starter, WHO[starter.register], life), compiled(starter)
    everything, nothing = greeting.render(reader.values()), greeting.render(reader.values({"first_name"}))
    return (
        f"### {NAMES[starter.occasion]}: {LANGUAGES[starter.language]}, {starter.register}\n\n"
        f"With all we may know:\n\n{_quoted(everything)}\nWith the name alone:\n\n{_quoted(nothing)}"
    )


def _quoted(letter: RenderedGreeting) -> str:
    lines = [f"**{letter.subject}**", "", *letter.text.split("\n")]
    return "".join(f"> {line}".rstrip() + "\n" for line in lines)


if __name__ == "__main__":
    print(page(), end="")
