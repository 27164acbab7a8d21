"""A greeting: checked and compiled once, then written for thousands of people, in any number of threads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType

from jinja2 import Template, TemplateRuntimeError, UndefinedError

from .capitals import RAISE, Capital, decided, settled
from .environment import ENVIRONMENT, STATE
from .layout import (
    capitals_of,
    finished_html,
    finished_text,
    lay_out,
    marked,
    sequence_of,
    settle_lines,
    settle_optional,
    text_of,
)
from .optional import OptionalSentence, needless_brackets, optional_sentences
from .problems import Problem, RenderError, TemplateError, Where
from .rules import MOST_PROBLEMS, Parsed, Rules
from .source import Block, Piece, Source, cut, tidy_source, walk_blocks
from .state import Refusal, Rendering
from .tree import Plan, build_tree

LONGEST_SOURCE = 20_000  # bytes in UTF-8, of the subject and of the body
MOST_PIECES = 500  # each is compiled three times; a long letter has some fifty
MOST_TOKENS = 8_000  # words and signs inside the pieces, each parsed twice and compiled; a long letter has some 200
LONGEST_OUTPUT = 200_000  # bytes in UTF-8, of each part of a letter
LONGEST_QUOTE = 100  # characters of a piece that an error tells, and a held letter keeps
LONG_SUBJECT = 60  # characters that a phone shows before it cuts

_LEFTOVER_MARKS = ("{{", "}}", "{%", "%}", "[[", "]]")
_LEFTOVER_SIGNS = "{}[]"
_LEFTOVER_WORDS = re.compile(r"\b(?:None|nan)\b")


@dataclass(frozen=True)
class RenderedGreeting:
    """One person's letter without its frame: `html` is inner HTML, `facts_used` the keys it tells.

    `dropped`: the ordinals of the optional sentences that this person does not read.
    """

    subject: str
    text: str
    html: str
    facts_used: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    dropped: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Part:
    """One compiled part with the pieces of its source, by which an error finds its place."""

    name: str
    template: Template
    pieces: tuple[Piece, ...]

    def write(self, rendering: Rendering) -> str:
        """Return the part as written in `rendering`; raise RenderError with the place of what cannot be."""
        rendering.medium = self.name
        rendering.optional_starts.clear()
        context = self.template.new_context({STATE: rendering}, shared=True)
        try:
            return "".join(self.template.root_render_func(context))
        except Refusal as refusal:
            raise self._error(refusal.code, refusal.facts, refusal.__traceback__) from refusal
        except UndefinedError as error:
            raise self._error("unknown_value", {}, error.__traceback__) from error
        except (TypeError, ValueError, ArithmeticError, LookupError, TemplateRuntimeError) as error:
            raise self._error("cannot_compute", {}, error.__traceback__) from error

    def _error(self, code: str, facts: dict[str, object], traceback: TracebackType | None) -> RenderError:
        line = column = 1
        facts = {"piece": "", **facts}
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename == self.template.filename:
                number = self.template.get_corresponding_lineno(traceback.tb_lineno) - 1
                if 0 <= number < len(self.pieces):
                    piece = self.pieces[number]
                    line, column = piece.place_of(str(facts.get("name") or ""))
                    facts = {**facts, "piece": piece.source[:LONGEST_QUOTE]}
            traceback = traceback.tb_next
        where: Where = "subject" if self.name == "subject" else "body"
        return RenderError(Problem(code, line, column, facts, where))


@dataclass(frozen=True)
class CompiledGreeting:
    """A greeting ready to be written. `facts`: the keys its source mentions; `warnings`: for its author."""

    subject: _Part
    text: _Part
    html: _Part
    facts: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    has_conditions: bool = False
    optional_sentences: tuple[OptionalSentence, ...] = ()

    def render(self, values: Mapping[str, object]) -> RenderedGreeting:
        """Return the letter for the plain `values` of one person, by canonical key.

        Values are text, numbers, lists of them or of mappings. A missing key, None, blank text and an
        empty list are all "empty". Raise RenderError if an empty fact would have to be written, if the
        letter is empty, or if it takes more than the budget of one rendering or 200 kB.
        """
        rendering = Rendering(values)
        subject = self.subject.write(rendering).strip()
        if RAISE in subject:
            subject = settled(subject, decided(subject))
        text = self.text.write(rendering)
        # Measured before anything reads the letter again, and before the HTML is written too.
        if _is_too_long(subject) or _is_too_long(text):
            raise RenderError(Problem("letter_too_long", 1, 1, {"limit": LONGEST_OUTPUT}))
        html = self.html.write(rendering).strip()
        if _is_too_long(html):
            raise RenderError(Problem("letter_too_long", 1, 1, {"limit": LONGEST_OUTPUT}))
        if RAISE in text:  # both parts write the same facts in the same order
            decisions = decided(text)
            text, html = settled(text, decisions), settled(html, decisions)
        text = finished_text(text)
        if not subject:
            raise RenderError(Problem("empty_subject", 1, 1, where="subject"))
        if not text:
            raise RenderError(Problem("empty_body", 1, 1))
        if rendering.dropped or self.has_conditions:
            html = finished_html(html)
        return RenderedGreeting(
            subject,
            text,
            html,
            tuple(dict.fromkeys(rendering.used)),
            _warnings(subject, text),
            tuple(sorted(rendering.dropped)),
        )


def _is_too_long(part: str) -> bool:
    return len(part) > LONGEST_OUTPUT // 4 and len(part.encode()) > LONGEST_OUTPUT


def compile_greeting(*, subject: str, body: str, names: Mapping[str, str]) -> CompiledGreeting:
    """Return the greeting compiled. `names` maps every accepted identifier, dotted too, to its canonical key.

    Raise TemplateError with all problems found if one of them is an error.
    """
    draft = _Draft(subject, body, names)
    if any(problem.severity == "error" for problem in draft.problems):
        raise TemplateError(draft.problems)
    return draft.compiled()


def check_greeting(*, subject: str, body: str, names: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return all that compile_greeting would object to, and its warnings, in the order of the source."""
    return tuple(_Draft(subject, body, names).problems)


@dataclass
class _Analysis:
    source: Source
    rules: Rules
    parsed: dict[int, Parsed]
    blocks: list[Block] = field(default_factory=list)
    settled: str = ""

    def optional_sentences(self, *, first: int) -> tuple[OptionalSentence, ...]:
        return optional_sentences(self.source, self.blocks, self.parsed, self.rules, first=first)


class _Draft:
    """Both sources, read and checked, and what is needed to compile them."""

    def __init__(self, subject: str, body: str, names: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self.names = names
        self.html = ""
        self.subject = self._analyse(subject.rstrip(), "subject")
        self.body = self._analyse(body, "body")
        if self.body is not None and not self._errors("body"):
            self._lay_out_body(self.body)
        self.problems.sort(key=lambda one: (one.where == "body", one.line, one.column))
        del self.problems[MOST_PROBLEMS:]

    def _errors(self, where: Where) -> bool:
        return any(problem.severity == "error" and problem.where == where for problem in self.problems)

    def _analyse(self, text: str, where: Where) -> _Analysis | None:
        if len(text) > LONGEST_SOURCE or len(text.encode(errors="replace")) > LONGEST_SOURCE:
            self.problems.append(Problem("source_too_long", 1, 1, {"limit": LONGEST_SOURCE}, where))
            return None
        tidy = tidy_source(text)
        if where == "subject" and "\n" in tidy:
            first = tidy.index("\n")
            self.problems.append(Problem("subject_line_break", 1, first + 1, {}, where))
            return None
        source = cut(tidy, where)
        if len(source.pieces) > MOST_PIECES or sum(len(one.tokens) for one in source.pieces) > MOST_TOKENS:
            self.problems.append(Problem("too_many_pieces", 1, 1, {"limit": MOST_PIECES}, where))
            return None
        rules = Rules(where, self.names)
        analysis = _Analysis(source, rules, rules.read(source), list(walk_blocks(source)))
        if not any(
            (isinstance(part, Piece) and part.tag == "print") or (isinstance(part, str) and part.strip())
            for part in source.parts
        ):
            empty = Problem(f"empty_{where}", 1, 1, {}, where)
            self.problems += [] if source.problems or rules.problems else [empty]
        self.problems += [*source.problems, *rules.problems]
        if not self._errors(where):
            analysis.settled = settle_optional(marked(source), analysis.blocks)
            self.problems += needless_brackets(source, analysis.blocks)
        return analysis

    def _lay_out_body(self, body: _Analysis) -> None:
        settled = settle_lines(body.settled, body.source, body.blocks)
        self.html = lay_out(settled, body.source, body.blocks)
        self.problems += body.source.problems

    def compiled(self) -> CompiledGreeting:
        subject, body = self.subject, self.body
        text = text_of(self.html)
        in_subject = subject.optional_sentences(first=0)
        in_body = body.optional_sentences(first=len(in_subject))
        capitals = capitals_of(text, body.source.pieces)
        return CompiledGreeting(
            _part("subject", subject.settled, subject, capitals_of(subject.settled, subject.source.pieces), in_subject),
            _part("text", text, body, capitals, in_body),
            _part("html", self.html, body, capitals, in_body),
            tuple(dict.fromkeys([*subject.rules.keys, *body.rules.keys])),
            tuple(self.problems),
            any(piece.tag in ("if", "for") for piece in body.source.pieces),
            in_subject + in_body,
        )


def _part(
    name: str,
    text: str,
    analysis: _Analysis,
    capitals: Mapping[int, Capital],
    sentences: tuple[OptionalSentence, ...],
) -> _Part:
    pieces = analysis.source.pieces
    openings = [piece.number for piece in pieces if piece.tag == "[["]
    ordinals = {number: sentence.ordinal for number, sentence in zip(openings, sentences, strict=True)}
    tree = build_tree(sequence_of(text, pieces), analysis.parsed, analysis.rules, Plan(capitals, ordinals))
    code = ENVIRONMENT.compile(tree, name=name, filename=f"<{name} of a greeting>")
    return _Part(name, Template.from_code(ENVIRONMENT, code, {}), tuple(pieces))


def _warnings(subject: str, text: str) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    if len(subject) > LONG_SUBJECT:
        facts = {"length": len(subject), "limit": LONG_SUBJECT}
        problems.append(Problem("subject_long", 1, 1, facts, "subject", "warning"))
    problems += [Problem("leftover", 1, 1, {"text": each}, "subject", "warning") for each in _leftovers(subject)]
    problems += [Problem("leftover", 1, 1, {"text": each}, "body", "warning") for each in _leftovers(text)]
    return tuple(problems)


def _leftovers(words: str) -> list[str]:
    """Return what looks like a machine's hand in a letter. Runs for each one, hence the plain searches."""
    found: list[str] = []
    if any(sign in words for sign in _LEFTOVER_SIGNS):
        found += [mark for mark in _LEFTOVER_MARKS if mark in words]
    if "None" in words or "nan" in words:
        found += dict.fromkeys(_LEFTOVER_WORDS.findall(words))
    return found
