"""Languages with a vocative we do not make: a fixed opening without a name, right as it stands.

The informal opening of these languages needs the name, so it is typed by hand; until then the formal one is used and
shown for review. Source: common letter-writing usage.
"""

from ..answers import Answer
from .base import INCOMPLETE, NEUTRAL, Addressee, Language

CERTAIN = 0.95


class FixedOpening(Language):
    def __init__(self, code: str, *, m: str, f: str, firm: str, hello: str) -> None:
        self.code = code
        self._openings = {"m": m, "f": f}
        self._firm = firm
        self._hello = hello

    def person(self, whom: Addressee) -> Answer:
        opening = self._openings.get(whom.gender)
        if opening is None:
            return self.neutral(whom)
        return Answer(opening, CERTAIN if whom.formal else INCOMPLETE, "fixed_opening")

    def company(self, whom: Addressee) -> Answer:
        return Answer(self._firm, CERTAIN, "company")

    def household(self, whom: Addressee) -> Answer:
        return Answer(self._firm, INCOMPLETE, "two_persons")

    def neutral(self, whom: Addressee) -> Answer:
        return Answer(self._hello, NEUTRAL, "neutral_opening")


CZECH = FixedOpening("cs", m="Vážený pane,", f="Vážená paní,", firm="Vážení obchodní přátelé,", hello="Dobrý den,")
POLISH = FixedOpening("pl", m="Szanowny Panie,", f="Szanowna Pani,", firm="Szanowni Państwo,", hello="Dzień dobry,")
SERBIAN = FixedOpening("sr", m="Poštovani gospodine,", f="Poštovana gospođo,", firm="Poštovani,", hello="Dobar dan,")
BULGARIAN = FixedOpening(
    "bg", m="Уважаеми господине,", f="Уважаема госпожо,", firm="Уважаеми партньори,", hello="Здравейте,"
)
UKRAINIAN = FixedOpening("uk", m="Шановний пане,", f="Шановна пані,", firm="Шановні партнери,", hello="Добрий день,")
