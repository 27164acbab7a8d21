"""How the page of products says them: the forms of a letter, what was just decided, and why we guess so."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from customers.models import Product
from customers.products import ProductWords, pick_of
from etiquette.products import CASES_OF_FORMS, ProductGuess, forms_of, guess_product

OWNER = "σου"
# Keys of `etiquette.products.NAME_REASONS`.
NAME_SENTENCES: dict[str, str] = {
    "lexicon": gettext_noop("we know every word"),
    "detail_left_out": gettext_noop("the brand and what it comes with stay out"),
    "words_left_out": gettext_noop("we left out a word we do not know"),
    "several_words": gettext_noop("the capitals fit two words"),
    "case_unsure": gettext_noop("we are not sure of the accusative"),
    "unknown_before": gettext_noop("the first word is new to us"),
    "ending": gettext_noop("a new word; accent and gender are those of its ending"),
    "unknown_word": gettext_noop("a new word; accent and gender are a guess"),
    "foreign": gettext_noop("no Greek word to go by"),
    "empty": gettext_noop("the invoice gives no name"),
}
# Keys of `etiquette.products.KEPT_BACK`.
KEPT_BACK_SENTENCES: dict[str, str] = {
    "gift": gettext_noop("a gift is not talked about"),
    "money": gettext_noop("a charge or a discount, not a thing"),
    "packing": gettext_noop("packing, not a thing one remembers"),
    "medicine": gettext_noop("health is nobody's business"),
    "intimate": gettext_noop("too private for a letter"),
    "grief": gettext_noop("it may belong to a funeral"),
    "repair": gettext_noop("a repair reminds of what was broken"),
    "alcohol": gettext_noop("alcohol: you decide whether a letter may say it"),
    "tobacco": gettext_noop("tobacco: you decide whether a letter may say it"),
    "event": gettext_noop("for one day in a life; you decide whether a letter may say it"),
}


def _name_sentence(code: str) -> str:
    """Return why the name is guessed so; "" for a code we do not know."""
    return _(NAME_SENTENCES[code]) if code in NAME_SENTENCES else ""


def _kept_back_sentence(code: str) -> str:
    """Return why letters do not mention a product by themselves; "" when nothing speaks against it."""
    return _(KEPT_BACK_SENTENCES[code]) if code in KEPT_BACK_SENTENCES else ""


@dataclass(frozen=True)
class ProductRow:
    """A product as its line of the page says it.

    `state` is seen, sure, unsure, or unknown when there is nothing one could say yes to; `focus` tells that the page
    begins here.
    """

    product: Product
    words: ProductWords
    told: list[str]
    people: int
    state: str
    why: str
    pick: str
    focus: bool = False

    @property
    def gender(self) -> str:
        return Product.Gender(self.words.gender).label if self.words.gender else ""

    @property
    def number(self) -> str:
        return Product.Number(self.words.number).label


def product_row(product: Product, *, people: int, focus: bool = False) -> ProductRow:
    """Return the line of a product that `people` customers usually buy; what nobody has looked at is guessed now."""
    guess = guess_product(product.raw_name) if product.seen_at is None else None
    words = ProductWords.guessed(guess) if guess else ProductWords.of(product)
    # Of a thing letters keep quiet about, nothing is said here either.
    told = told_forms(words) if words.may_be_mentioned or (guess and not guess.kept_back) else []
    pick = pick_of(product, guess) if guess else ""
    return ProductRow(product, words, told, people, _state(guess, words), _why(guess), pick, focus)


def told_forms(words: ProductWords) -> list[str]:
    """Return a product as a letter writes it to somebody we say «σου» to: two cases that are alike once, none that is
    not sure."""
    plural = words.number == Product.Number.PLURAL
    forms = forms_of(words.name, gender=words.gender, plural=plural, owner=OWNER)
    return list(dict.fromkeys(filter(None, (forms[f"your_{case}"] for case in CASES_OF_FORMS))))


def decision_said(product: Product) -> str:
    """Say what was decided about a product."""
    if not product.may_be_mentioned:
        return _("Letters keep quiet about it: %(raw)s.") % {"raw": product.raw_name}
    return _("Letters may say “%(told)s”.") % {"told": " · ".join(told_forms(ProductWords.of(product)))}


def _state(guess: ProductGuess | None, words: ProductWords) -> str:
    if guess is None:
        return "seen"
    if not guess.needs_review:
        return "sure"
    return "unsure" if words.can_be_said else "unknown"


def _why(guess: ProductGuess | None) -> str:
    if guess is None:
        return ""
    return _kept_back_sentence(guess.kept_back) if guess.kept_back else _name_sentence(guess.reason)
