"""A rule put together row by row: each says one thing or its opposite, "and" binds closer than "or"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.forms.rule_facts import FACTS, Choices, first_value
from campaigns.models import Campaign
from campaigns.segments import RULES, RuleError
from campaigns.segments.combining import MOST_RULES, audience

ADD = "add"
REMOVE = "remove-"
# The rules by what they are about, as a person looks for them; the ready sentences have theirs elsewhere.
GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        gettext_lazy("Who they are"),
        (
            ("role", gettext_lazy("Role")),
            ("tag", gettext_lazy("Tag")),
            ("city", gettext_lazy("Town")),
            ("language", gettext_lazy("Language")),
            ("owner", gettext_lazy("People of a colleague")),
            ("of_the_house", gettext_lazy("People of no colleague")),
            ("kind", gettext_lazy("Person, company or household")),
            ("register", gettext_lazy("Singular or plural")),
            ("acquaintance", gettext_lazy("Acquaintance")),
            ("household", gettext_lazy("Shares a home")),
            ("reachable", gettext_lazy("May be written to")),
            ("has_email", gettext_lazy("Has an e-mail")),
            ("no_email", gettext_lazy("Has no e-mail")),
            ("birthday_within", gettext_lazy("Birthday within")),
            ("name_day_within", gettext_lazy("Name day within")),
            ("celebrating", gettext_lazy("Celebrates on a day")),
            ("contacts", gettext_lazy("People by name")),
        ),
    ),
    (
        gettext_lazy("What they bought"),
        (
            ("bought_in", gettext_lazy("Bought in a period")),
            ("not_bought_in", gettext_lazy("Did not buy in a period")),
            ("bought_since", gettext_lazy("Bought since")),
            ("not_since", gettext_lazy("Bought before and not since")),
            ("bought_product", gettext_lazy("Bought a product")),
            ("not_bought_product", gettext_lazy("Never bought a product")),
            ("spent", gettext_lazy("Bought for an amount")),
            ("recency", gettext_lazy("Came for the last time")),
            ("rhythm", gettext_lazy("Usual day of the week")),
        ),
    ),
    (
        gettext_lazy("What has passed between us"),
        (
            ("not_greeted", gettext_lazy("Not greeted for this occasion yet")),
            ("left_out_last_year", gettext_lazy("Left out in a year")),
            ("not_contacted_since", gettext_lazy("No letter, call or visit since")),
            ("open_case", gettext_lazy("Has an open case")),
        ),
    ),
)
OFFERED = {name for _label, rules in GROUPS for name, _name in rules}
# Not typed by anybody: the occasion of the greeting itself.
_OWN_FACTS = {"occasion_key"}


@dataclass
class Row:
    """One row: the rule, said or denied, how it follows the one before, and what was typed for its facts.

    A `fresh` one was just asked for: the page begins there.
    """

    name: str = ""
    negated: bool = False
    join: str = "and"
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    fresh: bool = False

    @property
    def facts(self) -> list[tuple[str, bool]]:
        """(name, needed) of the facts somebody types."""
        names = RULES[self.name].facts if self.name in RULES else ()
        return [(name.removeprefix("?"), not name.startswith("?")) for name in names if name not in _OWN_FACTS]

    def leaf(self, campaign: Campaign) -> dict | None:
        """The rule of this row, None with `errors` when something is missing or odd."""
        self.errors = {}
        if self.name not in OFFERED:
            self.errors["name"] = _("Choose what the row is about.")
            return None
        rule: dict = {"choose": self.name}
        if "occasion_key" in RULES[self.name].facts:
            if not campaign.occasion_key:
                self.errors["name"] = _("This greeting is for no feast: nobody has had it yet. Choose something else.")
                return None
            rule["occasion_key"] = campaign.occasion_key
        for name, needed in self.facts:
            typed = self.typed.get(name, "").strip()
            if not typed and needed:
                self.errors[name] = _("This is needed.")
            elif typed:
                self._read(rule, name, typed)
        if not self.errors:
            try:
                audience(rule)
            except RuleError as error:
                self.errors["name"] = fault(error)
        return None if self.errors else {"not": rule} if self.negated else rule

    def _read(self, rule: dict, name: str, typed: str) -> None:
        try:
            rule[name] = FACTS[name].read(typed)
        except ValidationError as error:
            self.errors[name] = " ".join(error.messages)


def _number(text: str, *, otherwise: int) -> int:
    """A small number as the page sends it, `otherwise` for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else otherwise


def fault(error: RuleError) -> str:
    """Why a rule was refused, and what to do."""
    return {
        "empty": _("Something is missing: give at least one of them."),
        "backwards": _("The end lies before the beginning."),
        "too_long": _("The period is too long: three months for name days, a year for birthdays."),
        "too_many": _("That is more than one sentence can say. Leave out some rows."),
        "too_deep": _("That is nested too deeply to be understood. Use fewer levels."),
    }.get(error.code, _("We do not know this rule. Choose another."))


@dataclass
class RuleRows:
    """The rows of a page."""

    rows: list[Row]

    @classmethod
    def of_rule(cls, rule: dict) -> "RuleRows | None":
        """The rows that say a rule, None when rows cannot say it; one empty row for no rule."""
        if not rule:
            return cls([Row()])
        rows: list[Row] = []
        for group in rule.get("any", [rule]):
            for number, part in enumerate(group.get("all", [group])):
                leaf = part.get("not", part)
                # "My own people" of one colleague is, for another, the people of that colleague.
                name = {"own_people": "owner"}.get(leaf.get("choose"), leaf.get("choose"))
                if name not in OFFERED:
                    return None
                row = Row(name, "not" in part, "and" if number else "or")
                row.typed = {name: FACTS[name].write(leaf[name]) for name, _needed in row.facts if name in leaf}
                rows.append(row)
        rows[0].join = "and"
        return cls(rows)

    @classmethod
    def typed(cls, data: Mapping[str, str], *, today: date) -> "RuleRows":
        """The rows as they were sent; facts that nobody has seen yet begin with what is likely."""
        rows = []
        for number in range(min(_number(data.get("rows", ""), otherwise=1), MOST_RULES)):
            row = Row(data.get(f"row-{number}-rule", ""), data.get(f"row-{number}-says") == "not")
            row.join = "or" if data.get(f"row-{number}-join") == "or" else "and"
            typed = {
                name: data.get(f"row-{number}-{name}", first_value(name, today=today)) for name, _needed in row.facts
            }
            # Nobody types NUL, and PostgreSQL answers it with an error.
            row.typed = {name: text.replace("\x00", "") for name, text in typed.items()}
            rows.append(row)
        return cls(rows or [Row()])

    def step(self, asked: str) -> None:
        """Add a row, or take one away; there is always one."""
        if asked == ADD and len(self.rows) < MOST_RULES:
            self.rows.append(Row(fresh=True))
        elif asked.startswith(REMOVE):
            number = _number(asked.removeprefix(REMOVE), otherwise=-1)
            self.rows = [row for at, row in enumerate(self.rows) if at != number] or [Row()]

    def rule(self, campaign: Campaign) -> dict | None:
        """The rule the rows say together, None with their `errors` when one of them says nothing."""
        leaves = [row.leaf(campaign) for row in self.rows]
        if any(leaf is None for leaf in leaves):
            return None
        groups: list[list[dict]] = []
        for row, leaf in zip(self.rows, leaves, strict=True):
            if row.join == "or" or not groups:
                groups.append([])
            groups[-1].append(leaf)
        said = [group[0] if len(group) == 1 else {"all": group} for group in groups]
        return said[0] if len(said) == 1 else {"any": said}

    def as_fields(self) -> list[dict]:
        """What a page needs of each row to draw it."""
        lists: dict[str, Choices] = {}
        for row in self.rows:
            for name, _needed in row.facts:
                if FACTS[name].choices and name not in lists:
                    lists[name] = FACTS[name].choices()
        return [
            {
                "number": number,
                "row": row,
                "error": row.errors.get("name", ""),
                "fields": [
                    {
                        "name": f"row-{number}-{name}",
                        "label": FACTS[name].label,
                        "kind": FACTS[name].kind,
                        "needed": needed,
                        "value": row.typed.get(name, ""),
                        "choices": lists.get(name, []),
                        "error": row.errors.get(name, ""),
                    }
                    for name, needed in row.facts
                ],
            }
            for number, row in enumerate(self.rows)
        ]
