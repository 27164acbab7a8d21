"""How many letters a second are written on one core, beside plain compiled Jinja: `python -m benchmarks.rendering`.

A letter is subject, text, HTML, the facts used and the sentences left out; the values lie ready. Plain Jinja gets the
same words as three compiled templates (HTML escaped), conditions for the optional sentences and the values under the
names that the words use. It checks nothing, counts nothing, has no sandbox, gives no capitals and closes no gaps.

Both write the same letters in turns, round by round; processor time counts, and the best round of each. Prints JSON;
trust the ratios, the absolute figures are this machine's.
"""

# ruff: noqa: E402
import argparse
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import median

import django
from jinja2 import Environment, Template

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()  # the table of facts stands beside what reads them from the database

from campaigns.personalisation.facts import FACT_NAMES, FACTS
from campaigns.rendering import CompiledGreeting, compile_greeting
from campaigns.rendering.grammar import GRAMMAR
from campaigns.writing.starters import STARTERS

STARTER_CODES = ("christmas-el-informal", "christmas-en-formal")
# Of ten readers, how many have each fact: a letter leaves sentences out as real ones do.
OFTEN_MISSING = {"quotable": 1, "promise_answer": 1, "anniversary": 2, "see_you": 5, "usual_day": 5}
MISSING_FOR_SOME = 7
LONG_PARAGRAPHS = 12
LONG_PARAGRAPH = (
    "Θυμόμαστε ακόμη τη μέρα που ήρθατε, {{ πρώτη_φορά }}, και κάθε φορά που ανοίγει η πόρτα λέμε το όνομά σας. "
    "[[ {{ τόσα_χρόνια }} τώρα μας τιμάτε, **{{ προσφώνηση }}** και το μαγαζί μεγαλώνει μαζί σας. ]] "
    "[[ Όποτε πιάνουμε στα χέρια μας {{ το_συνηθισμένο }}, σας σκεφτόμαστε. ]] Να είστε καλά, εκεί στην πόλη σας, "
    "{{ πόλη }}, με όσους αγαπάτε, σήμερα και όλη τη χρονιά που έρχεται, από όλους μας εδώ, {{ υπογραφή }}."
)


@dataclass(frozen=True)
class Words:
    name: str
    subject: str
    body: str


def words() -> list[Words]:
    """Two starters as they are offered, and a letter of some 6 kB with seven facts in each of twelve paragraphs."""
    starters = {starter.code: starter for starter in STARTERS}
    long_body = "\n\n".join(["{{ προσφώνηση }}", *[LONG_PARAGRAPH] * LONG_PARAGRAPHS, "{{ υπογραφή }}"])
    return [
        *(Words(code, starters[code].subject, starters[code].body) for code in STARTER_CODES),
        Words("a long letter", "Καλή χρονιά[[, {{ όνομα }}]]", long_body),
    ]


def readers() -> list[dict[str, str]]:
    """The values of ten people by fact key, from the examples of the palette; opening, house and names never empty."""
    always = {"salutation", "first_name", "last_name", "signature", "signer", "house", "city", "first_came", "wish"}
    return [
        {
            fact.key: fact.example
            if fact.key in always or number < OFTEN_MISSING.get(fact.key, MISSING_FOR_SOME)
            else ""
            for fact in FACTS
        }
        for number in range(10)
    ]


class PlainJinja:
    """The same words as somebody would give them to Jinja who trusts the author and the values."""

    def __init__(self, greeting: Words) -> None:
        environment, escaping = Environment(), Environment(autoescape=True)
        environment.filters.update(GRAMMAR)
        escaping.filters.update(GRAMMAR)
        body = _with_conditions(greeting.body)
        paragraphs = "\n".join(f"<p>{paragraph}</p>" for paragraph in body.split("\n\n"))
        html = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", paragraphs)
        self._parts: list[Template] = [
            environment.from_string(_with_conditions(greeting.subject)),
            environment.from_string(body.replace("**", "")),
            escaping.from_string(html),
        ]

    def write(self, values: Mapping[str, str]) -> list[str]:
        return [part.render(values) for part in self._parts]


def _with_conditions(source: str) -> str:
    def condition(match: re.Match[str]) -> str:
        names = dict.fromkeys(re.findall(r"\{\{ *(\w+)", match.group(1)))
        return f"{{% if {' and '.join(names)} %}}{match.group(1)}{{% endif %}}"

    return re.sub(r"\[\[(.*?)\]\]", condition, source, flags=re.DOTALL)


def per_second(write: Callable[[Mapping[str, str]], object], values: list[dict[str, str]], letters: int) -> float:
    """Return letters per second of processor time."""
    queue = list(islice(cycle(values), letters))
    begun = time.process_time()
    for one in queue:
        write(one)
    return letters / (time.process_time() - begun)


def measured(greeting: Words, *, letters: int, rounds: int) -> dict[str, object]:
    """Return the figures of one greeting, the two ways in turns."""
    values = readers()
    # Jinja copies what it is given for each part, so it gets only what the words name.
    named = set(re.findall(r"\{\{ *(\w+)", greeting.subject + greeting.body))
    by_name = [{name: one[FACT_NAMES[name]] for name in named} for one in values]
    begun = time.process_time()
    compiled: CompiledGreeting = compile_greeting(subject=greeting.subject, body=greeting.body, names=FACT_NAMES)
    compile_ms = 1000 * (time.process_time() - begun)
    plain = PlainJinja(greeting)
    ours, theirs = [], []
    for _round in range(rounds):
        ours.append(per_second(compiled.render, values, letters))
        theirs.append(per_second(plain.write, by_name, letters))
    letter = compiled.render(values[0])
    return {
        "greeting": greeting.name,
        "letters_per_second": round(max(ours)),
        "letters_per_second_median": round(median(ours)),
        "plain_jinja_per_second": round(max(theirs)),
        "ratio_to_plain_jinja": round(median(a / b for a, b in zip(ours, theirs, strict=True)), 2),
        "compile_ms": round(compile_ms, 1),
        "text_bytes": len(letter.text.encode()),
        "html_bytes": len(letter.html.encode()),
        "facts_used": len(letter.facts_used),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    found = [measured(greeting, letters=options.letters, rounds=options.rounds) for greeting in words()]
    print(json.dumps({"letters": options.letters, "rounds": options.rounds, "greetings": found}, indent=1))


if __name__ == "__main__":
    main()
