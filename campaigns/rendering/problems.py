"""What can be wrong with a greeting: a code, its place, the facts of the case. Words are made elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Where = Literal["subject", "body"]
Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True)
class Problem:
    """One thing to mend. `line` and `column` count from 1, in characters of the source as it was typed."""

    code: str
    line: int
    column: int
    facts: dict[str, object] = field(default_factory=dict)
    where: Where = "body"
    severity: Severity = "error"


class TemplateError(Exception):
    """The source of a greeting cannot be used. `problems` holds all that was found, errors and warnings."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(f"{p.code} ({p.where} {p.line}:{p.column})" for p in self.problems))


class RenderError(Exception):
    """A sound greeting that cannot be written for this one person. `problem` says why and where."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{problem.code} ({problem.where} {problem.line}:{problem.column})")
