"""Openings of languages whose names have no cases. A Greek name is written in Latin letters by ELOT 743.

Source: common letter-writing usage of each language (`docs/etiquette.md`).
"""

from ..answers import Answer
from ..transliteration import to_elot
from .base import INCOMPLETE, NEUTRAL, Addressee, Language

CERTAIN = 0.97
COUPLE = 0.8


class _Western(Language):
    """The pattern these languages share: a table of openings, with the name filled in.

    `formal` and `informal` are by gender; `unknown` takes the full name and is right for anybody.
    """

    formal: dict[str, str]
    informal: dict[str, str]
    unknown: str
    firm: str
    hello: str
    couple: str = ""

    def person(self, whom: Addressee) -> Answer:
        first, last = to_elot(whom.first), to_elot(whom.last)
        if not whom.formal:
            if not first:
                return self.neutral(whom)
            if whom.gender in self.informal:
                return Answer(self.informal[whom.gender].format(first), CERTAIN, "rule")
            return self._full_name(first, last)
        if whom.gender in self.formal and last:
            return Answer(self.formal[whom.gender].format(last), CERTAIN, "rule")
        if last or first:
            return self._full_name(first, last)
        return self.neutral(whom)

    def _full_name(self, first: str, last: str) -> Answer:
        reason = "gender_unknown" if first and last else ("last_missing" if first else "first_missing")
        return Answer(self.unknown.format(f"{first} {last}".strip()), INCOMPLETE, reason)

    def company(self, whom: Addressee) -> Answer:
        return Answer(self.firm, CERTAIN, "company")

    def household(self, whom: Addressee) -> Answer:
        if whom.formal or not whom.first:
            if whom.last and self.couple and " και " not in whom.last:
                return Answer(self.couple.format(to_elot(whom.last)), INCOMPLETE, "two_persons")
            return self.neutral(whom)
        return Answer(self.unknown.format(to_elot(whom.first).replace(" kai ", self.joint)), INCOMPLETE, "two_persons")

    joint = " & "

    def neutral(self, whom: Addressee) -> Answer:
        return Answer(self.hello, NEUTRAL, "neutral_opening")


class English(_Western):
    code = "en"
    formal = {"m": "Dear Mr {},", "f": "Dear Ms {},"}
    informal = {"m": "Dear {},", "f": "Dear {},", "u": "Dear {},"}
    unknown = "Dear {},"
    firm = "Dear partners,"
    hello = "Hello,"
    couple = "Dear Mr and Mrs {},"
    joint = " and "


class German(_Western):
    """After the comma the letter goes on in small letters."""

    code = "de"
    formal = {"m": "Sehr geehrter Herr {},", "f": "Sehr geehrte Frau {},"}
    informal = {"m": "Lieber {},", "f": "Liebe {},"}
    unknown = "Guten Tag {},"
    firm = "Sehr geehrte Damen und Herren,"
    hello = "Guten Tag,"
    couple = "Guten Tag Familie {},"
    joint = " und "


class French(_Western):
    code = "fr"
    formal = {"m": "Cher Monsieur {},", "f": "Chère Madame {},"}
    informal = {"m": "Cher {},", "f": "Chère {},"}
    unknown = "Bonjour {},"
    firm = "Madame, Monsieur,"
    hello = "Bonjour,"
    couple = "Chers Madame et Monsieur {},"
    joint = " et "


class Italian(_Western):
    code = "it"
    formal = {"m": "Gentile Signor {},", "f": "Gentile Signora {},"}
    informal = {"m": "Caro {},", "f": "Cara {},"}
    unknown = "Gentile {},"
    firm = "Gentili Signori,"
    hello = "Salve,"
    couple = "Gentile famiglia {},"
    joint = " e "


class Spanish(_Western):
    code = "es"
    formal = {"m": "Estimado Sr. {}:", "f": "Estimada Sra. {}:"}
    informal = {"m": "Querido {}:", "f": "Querida {}:"}
    unknown = "Hola, {}:"
    firm = "Estimados señores:"
    hello = "Hola:"
    couple = "Estimada familia {}:"
    joint = " y "
