"""How many read one variant, and how far from the house they live: what an invitation in it means."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Count

from campaigns.models import Campaign
from campaigns.rendering import Problem
from campaigns.writing.previewing import readers_of
from etiquette.places import in_town, town_name
from etiquette.text import clean, fold
from etiquette.transliteration import latin_skeleton

# How addresses shorten the second city of Greece.
_SHORT = dict.fromkeys(("θεσ/νικη", "θεσσ/νικη", "θεσνικη"), "Θεσσαλονίκη")


@dataclass(frozen=True)
class ReaderTowns:
    """`total` readers: of some the town is `unknown`, others live `elsewhere`, by town, the largest first."""

    total: int = 0
    unknown: int = 0
    towns: tuple[tuple[str, int], ...] = ()

    @property
    def elsewhere(self) -> int:
        return sum(count for _town, count in self.towns)


def reader_towns(campaign: Campaign, *, language: str, manner: str) -> ReaderTowns:
    """Count the readers of one variant by town, in the database; towns of several spellings are one.

    Without a town of the house (`HOUSE_CITY`) nobody lives elsewhere.
    """
    readers = readers_of(campaign, language=language, manner=manner).order_by()
    unknown, home = 0, _key(settings.HOUSE_CITY)
    counts: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    for city, count in readers.values_list("city").annotate(count=Count("pk")):
        key = _key(city)
        if not key:
            unknown += count
        counts[key] += count
        spellings.setdefault(key, Counter())[town_name(clean(city))] += count
    named = [
        (spellings[key].most_common(1)[0][0], count)
        for key, count in counts.most_common()
        if home and key and key != home
    ]
    return ReaderTowns(sum(counts.values()), unknown, tuple(named))


def with_readers(problems: Iterable[Problem], *, campaign: Campaign, language: str, manner: str) -> tuple[Problem, ...]:
    """Return `problems`, the invitations among them with the numbers of their readers."""
    problems = tuple(problems)
    if not any(problem.code == "invitation" for problem in problems):
        return problems
    read = reader_towns(campaign, language=language, manner=manner)
    numbers = {"readers": read.total, "elsewhere": read.elsewhere, "unknown": read.unknown, "towns": read.towns}
    return tuple(
        replace(problem, facts={**problem.facts, **numbers}) if problem.code == "invitation" else problem
        for problem in problems
    )


def _key(town: str) -> str:
    """One key for ΒΟΛΟΣ, Βόλος and Volos; "" for what is no town."""
    tidy = clean(town)
    if not any(map(str.isalpha, tidy)):
        return ""
    tidy = _SHORT.get(fold(tidy), tidy)
    return in_town(tidy, "el").text or latin_skeleton(tidy)
