"""What a letter may say of a person: each fact with its two names, what it means, an example, and for whom it is empty.

Values are made by `campaigns/personalisation.py`, written as they stand in the middle of a sentence («επτά χρόνια»);
the rendering puts the capital where a sentence begins.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# «what they usually buy (we prepare …)»: in brackets stand the words that this form of a fact fits.
_FITS = re.compile(r"\s*\(([^()]*)\)\s*$")

# The groups of the palette, in its order.
GROUPS: dict[str, object] = {
    "opening": _("the opening"),
    "who": _("who they are"),
    "history": _("our years together"),
    "things": _("what they buy"),
    "days": _("their days"),
    "words": _("words and wishes"),
    "house": _("the house"),
}


@dataclass(frozen=True)
class Fact:
    """`key` is the English name, `greek` the Greek one; `missing` says for whom it is empty ("" = never).

    `usage` and `greek_usage` are the filter without which the fact is of no use, with words to be replaced. `source` is
    the kind of row it is read from. A `personal` fact keeps away from an address that several people read; one
    `from_purchases` speaks of habits, absence or the last visit, and so is silent while the invoices are old.
    """

    key: str
    greek: str
    group: str
    meaning: object
    example: str
    missing: object = ""
    usage: str = ""
    greek_usage: str = ""
    source: str = ""
    personal: bool = False
    from_purchases: bool = False
    example_en: str = ""

    @property
    def bare_meaning(self) -> str:
        """What the fact means, without the words that this form of it fits."""
        return _FITS.sub("", str(self.meaning))

    @property
    def fits(self) -> tuple[str, str]:
        """The words before and after this form in a sentence, as its meaning names them; two empty ones for none."""
        found = _FITS.search(str(self.meaning))
        before, _dots, after = found[1].partition("…") if found else ("", "", "")
        return before.strip(), after.strip()

    def as_typed(self, language: str) -> str:
        """What the palette puts between the braces, in the words of the screen's language."""
        return self.greek + self.greek_usage if language == "el" else self.key + self.usage

    def example_in(self, language: str) -> str:
        """The example value of a reader of that language."""
        return self.example if language == "el" else self.example_en


_NO_YEARS = _("whoever came less than a year ago, or nobody knows when")
_NO_PURCHASE = _("whoever has not bought yet")
_NO_USUAL = _("whoever has no usual product, or one nobody has looked at")
_NO_LAST = _("whoever bought nothing a letter may name, and everybody while the invoices are old")
_NO_DAY = _("whoever comes on any day of the week or no longer comes, and everybody while the invoices are old")

_OPENING = (
    Fact(
        "salutation",
        "προσφώνηση",
        "opening",
        _("the opening line"),
        "Αγαπητέ κύριε Παπαδόπουλε,",
        source="contact",
        example_en="Dear Mr Papadopoulos,",
    ),
)

_WHO = (
    Fact(
        "first_name",
        "όνομα",
        "who",
        _("first name, as one calls the person"),
        "Σταμάτη",
        _("companies and unsure names"),
        source="contact",
        example_en="Stamatis",
    ),
    Fact(
        "last_name",
        "επώνυμο",
        "who",
        _("surname, as one calls the person"),
        "Παπαδόπουλε",
        _("companies and unsure names"),
        source="contact",
        example_en="Papadopoulos",
    ),
    Fact(
        "gender",
        "γένος",
        "who",
        _("an adjective that agrees with the reader"),
        "γυναίκα",
        _("households and persons whose gender we do not know"),
        "|agree('έτοιμος', 'έτοιμη', 'έτοιμοι')",
        "|συμφωνία('έτοιμος', 'έτοιμη', 'έτοιμοι')",
        source="contact",
        example_en="woman",
    ),
    Fact("city", "πόλη", "who", _("town"), "Βόλος", _("whoever has no town"), source="contact", example_en="Volos"),
    Fact(
        "in_city",
        "στην_πόλη",
        "who",
        _("where they live, with the article"),
        "στον Βόλο",
        _("whoever has no town, or one whose article we do not know"),
        source="contact",
        example_en="in Volos",
    ),
)

_HISTORY = (
    Fact(
        "years_with_us",
        "τόσα_χρόνια",
        "history",
        _("how many years a customer"),
        "επτά χρόνια",
        _NO_YEARS,
        source="summary",
        personal=True,
        example_en="seven years",
    ),
    Fact(
        "first_year",
        "πρώτη_χρονιά",
        "history",
        _("the year in which they first came"),
        "το 2019",
        _NO_PURCHASE,
        source="summary",
        personal=True,
        example_en="2019",
    ),
    Fact(
        "first_came",
        "πρώτη_φορά",
        "history",
        _("the month in which they first came"),
        "τον Μάρτιο του 2019",
        _NO_PURCHASE,
        source="summary",
        personal=True,
        example_en="in March 2019",
    ),
    Fact(
        "anniversary",
        "επέτειος",
        "history",
        _("how many years it is these days since they first came"),
        "επτά χρόνια",
        _("everybody but those who first came around this day of a year"),
        source="summary",
        personal=True,
        example_en="seven years",
    ),
)

_THINGS = (
    Fact(
        "your_usual_product_accusative",
        "το_συνηθισμένο_σου",
        "things",
        _("what they usually buy, as theirs (we prepare …)"),
        "τον εσπρέσο σου",
        _NO_USUAL,
        source="product",
        personal=True,
        example_en="your espresso",
    ),
    Fact(
        "your_usual_product_nominative",
        "το_συνηθισμένο_σου_ονομαστική",
        "things",
        _("what they usually buy, as theirs (… waits)"),
        "ο εσπρέσο σου",
        _NO_USUAL,
        source="product",
        personal=True,
        example_en="your espresso",
    ),
    Fact(
        "your_usual_product_genitive",
        "το_συνηθισμένο_σου_γενική",
        "things",
        _("what they usually buy, as theirs (the scent of …)"),
        "του εσπρέσο σου",
        _NO_USUAL,
        source="product",
        personal=True,
        example_en="your espresso",
    ),
    Fact(
        "usual_product_accusative",
        "το_συνηθισμένο",
        "things",
        _("what they usually buy (we prepare …)"),
        "τον εσπρέσο",
        _NO_USUAL,
        source="product",
        personal=True,
        example_en="the espresso",
    ),
    Fact(
        "usual_product_nominative",
        "συνηθισμένο_ονομαστική",
        "things",
        _("what they usually buy (… waits)"),
        "ο εσπρέσο",
        _NO_USUAL,
        source="product",
        personal=True,
        example_en="the espresso",
    ),
    Fact(
        "usual_product_genitive",
        "συνηθισμένο_γενική",
        "things",
        _("what they usually buy (the scent of …)"),
        "του εσπρέσο",
        _NO_USUAL,
        source="product",
        personal=True,
        example_en="the espresso",
    ),
    Fact(
        "your_last_product_accusative",
        "το_τελευταίο_σου",
        "things",
        _("what they bought last, as theirs (you took …)"),
        "τη σοκολάτα σου",
        _NO_LAST,
        source="purchase",
        personal=True,
        from_purchases=True,
        example_en="your chocolate",
    ),
    Fact(
        "last_product_accusative",
        "το_τελευταίο",
        "things",
        _("what they bought last (you took …)"),
        "τη σοκολάτα",
        _NO_LAST,
        source="purchase",
        personal=True,
        from_purchases=True,
        example_en="the chocolate",
    ),
    Fact(
        "last_product_nominative",
        "τελευταίο_ονομαστική",
        "things",
        _("what they bought last (… was for you)"),
        "η σοκολάτα",
        _NO_LAST,
        source="purchase",
        personal=True,
        from_purchases=True,
        example_en="the chocolate",
    ),
    Fact(
        "last_product_genitive",
        "τελευταίο_γενική",
        "things",
        _("what they bought last (the taste of …)"),
        "της σοκολάτας",
        _NO_LAST,
        source="purchase",
        personal=True,
        from_purchases=True,
        example_en="the chocolate",
    ),
)

_DAYS = (
    Fact(
        "last_purchase_when",
        "πότε_ήρθε",
        "days",
        _("when they last came, seen from the day of the wish"),
        "το περασμένο Σάββατο",
        _("whoever has not bought yet, and everybody while the invoices are old"),
        source="summary",
        personal=True,
        from_purchases=True,
        example_en="last Saturday",
    ),
    Fact(
        "away_for",
        "πόσο_καιρό",
        "days",
        _("how long we have not seen them"),
        "δύο μήνες",
        _("whoever came in the last thirty days, and everybody while the invoices are old"),
        source="summary",
        personal=True,
        from_purchases=True,
        example_en="two months",
    ),
    Fact(
        "usual_day",
        "συνηθισμένη_μέρα",
        "days",
        _("the day they usually come"),
        "την Παρασκευή",
        _NO_DAY,
        source="summary",
        personal=True,
        from_purchases=True,
        example_en="on Friday",
    ),
    Fact(
        "our_day",
        "η_μέρα_μας",
        "days",
        _("the day they usually come, as ours (… begins with you)"),
        "η Παρασκευή μας",
        _NO_DAY,
        source="summary",
        personal=True,
        from_purchases=True,
        example_en="our Friday",
    ),
    Fact(
        "our_day_accusative",
        "τη_μέρα_μας",
        "days",
        _("the day they usually come, as ours (you brighten …)"),
        "την Παρασκευή μας",
        _NO_DAY,
        source="summary",
        personal=True,
        from_purchases=True,
        example_en="our Friday",
    ),
    Fact(
        "our_day_genitive",
        "της_μέρας_μας",
        "days",
        _("the day they usually come, as ours (the joy of …)"),
        "της Παρασκευής μας",
        _NO_DAY,
        source="summary",
        personal=True,
        from_purchases=True,
        example_en="our Friday",
    ),
    Fact(
        "see_you",
        "τα_λέμε",
        "days",
        _("until their next usual day, when the house is open"),
        "τα λέμε την Παρασκευή",
        _("whoever comes on any day, whose next day we are closed, and everybody while the invoices are old"),
        source="summary",
        personal=True,
        from_purchases=True,
        example_en="see you on Friday",
    ),
)

_WORDS = (
    Fact(
        "quotable",
        "λόγια",
        "words",
        _("a line written to be read by them"),
        "Χαρήκαμε για τη Δάφνη.",
        _("most people"),
        source="interaction",
        personal=True,
        example_en="We were so glad about Daphne.",
    ),
    Fact(
        "promise_answer",
        "απάντηση",
        "words",
        _("what became of what we promised them"),
        "Το ψυγείο του γάλακτος διορθώθηκε.",
        _("whoever was promised nothing that was done in the last sixty days"),
        source="follow_up",
        personal=True,
        example_en="The milk fridge has been mended.",
    ),
    Fact(
        "wish",
        "ευχή",
        "words",
        _("the wish of the feast, as it fits the day"),
        "καλά Χριστούγεννα",
        _("occasions without a wish of their own"),
        source="calendar",
        example_en="merry Christmas",
    ),
)

_HOUSE = (
    Fact(
        "signature",
        "υπογραφή",
        "house",
        _("who signs"),
        "Καφεκοπτείο της Πλατείας",
        source="signer",
        example_en="Square Coffee Roasters",
    ),
    Fact(
        "signer",
        "υπογράφων",
        "house",
        _("the name of who signs"),
        "Καφεκοπτείο της Πλατείας",
        source="signer",
        example_en="Square Coffee Roasters",
    ),
    Fact(
        "house",
        "κατάστημα",
        "house",
        _("the name of the house"),
        "Καφεκοπτείο της Πλατείας",
        source="house",
        example_en="Square Coffee Roasters",
    ),
)

FACTS: tuple[Fact, ...] = _OPENING + _WHO + _HISTORY + _THINGS + _DAYS + _WORDS + _HOUSE
_BY_KEY = {fact.key: fact for fact in FACTS}
# Every identifier a template may use -> the canonical key.
FACT_NAMES: dict[str, str] = {
    name: fact.key for fact in FACTS for name in (fact.key, fact.greek, f"customer.{fact.key}", f"πελάτης.{fact.greek}")
}


def fact_of(key: str) -> Fact:
    """Return the fact with that canonical key. Raise KeyError for another name."""
    return _BY_KEY[key]
