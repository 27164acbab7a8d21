"""The sandbox in which greetings are compiled, and the steps that its compiled code takes.

The allow-list (rules.py) has refused everything dangerous before; this is the second wall.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jinja2 import StrictUndefined, Undefined, pass_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from .capitals import RAISE, Capital, first_small_letter, raised
from .filters import FILTERS, TESTS
from .state import DROP, NUMBERS, EmptyFact, Refusal, Rendering, bounded, cleaned, is_empty, plain

STATE = " rendering"  # the blank keeps every name that an author can type away from it
LONGEST_RANGE = 100


# --- Steps that the compiled tree calls; no author can name them (see tree.py). ---


@pass_context
def _fact(context: Context, key: str, spelling: str) -> object:
    rendering = context.parent[STATE]
    value = rendering.values.get(key)
    if is_empty(value):
        return EmptyFact(key, spelling)
    rendering.used.append(key)
    return value


@pass_context
def _fact_asked(context: Context, key: str, spelling: str) -> object:
    """A fact in a condition: it decides, but it is not written, so it does not count as used."""
    value = context.parent[STATE].values.get(key)
    return EmptyFact(key, spelling) if is_empty(value) else value


@pass_context
def _told(context: Context, key: str, spelling: str, capital: Capital) -> str:
    """Write a fact as it stands: what most pieces of most letters do, in one step and without detours."""
    rendering = context.parent[STATE]
    text = rendering.words.get(key)
    if text is None:
        value = rendering.values.get(key)
        if type(value) is str and value and value.isprintable() and not value.isspace():
            text = value
        elif is_empty(value):
            return _empty(rendering, key, spelling)
        else:
            text = cleaned(plain(value))
        rendering.words[key] = text
    rendering.used.append(key)
    return _on_paper(rendering, text, capital)


@pass_context
def _written(context: Context, value: object, capital: Capital) -> str:
    rendering = context.parent[STATE]
    if isinstance(value, EmptyFact):
        return _empty(rendering, value.key, value.spelling)
    if isinstance(value, Undefined):
        raise Refusal("unknown_placeholder", name=value._undefined_name)
    return _on_paper(rendering, cleaned(plain(value)), capital)


def _empty(rendering: Rendering, key: str, spelling: str) -> str:
    if rendering.optional_starts:
        return DROP
    if not key:  # what a list or a word does not have at that place
        raise Refusal("unknown_value")
    raise Refusal("empty_fact", fact=key, name=spelling)


def _on_paper(rendering: Rendering, text: str, capital: Capital) -> str:
    rendering.charge(1 + len(text))
    # Most facts stand in the middle of a sentence, and most of the others are names.
    if capital != "never" and (at := first_small_letter(text)) >= 0:
        text = raised(text, at) if capital == "always" else text[:at] + RAISE + text[at:]
    if "\n" not in text or rendering.medium == "text":
        return text  # in the HTML part escaped by the compiled code, as anything that is not Markup
    if rendering.medium == "subject":
        return text.replace("\n", " ")
    rendering.charge(text.count("\n") * len("<br>"))
    return Markup(str(escape(text)).replace("\n", "<br>\n"))


@pass_context
def _optional_begins(context: Context, _nothing: None) -> None:
    rendering = context.parent[STATE]
    rendering.optional_starts.append(len(rendering.used))


@pass_context
def _optional_ends(context: Context, text: str, ordinal: int) -> str:
    rendering = context.parent[STATE]
    start = rendering.optional_starts.pop()
    rendering.charge(1 + len(text))
    if DROP in text:
        del rendering.used[start:]
        rendering.dropped.add(ordinal)
        return ""
    return text


@pass_context
def _noticed(context: Context, value: object) -> str:
    """Stands before a loop inside [[ ]]: a loop over nothing must drop the sentence around it."""
    return DROP if is_empty(value) else ""


@pass_context
def _turns(context: Context, value: object, weight: int) -> Sequence[object]:
    if isinstance(value, EmptyFact):
        return ()
    if not isinstance(value, (list, tuple, range)):
        raise Refusal("not_a_list")
    context.parent[STATE].charge(len(value) * weight)
    return value


@pass_context
def _weighed(context: Context, value: object) -> object:
    """Stands around what is compared, searched or sliced: each of these reads the whole of it."""
    context.parent[STATE].charge(1 + _size(value))
    return value


@pass_context
def _joined(context: Context, parts: Sequence[object]) -> object:
    for part in parts:
        if isinstance(part, EmptyFact):
            return part
    context.parent[STATE].charge(1 + _size(parts))  # before: five thousand long parts would fill the memory
    return bounded("".join([plain(part) for part in parts]))


@pass_context
def _listed(context: Context, items: Sequence[object]) -> Sequence[object]:
    """A list written by the author holds only words and numbers: lists of lists grow by doubling."""
    for item in items:
        if not isinstance(item, EmptyFact):
            plain(item)
    context.parent[STATE].charge(1 + len(items))
    return items


@pass_context
def _small_range(context: Context, bounds: Sequence[object]) -> range:
    if not all(type(bound) is int for bound in bounds):
        raise Refusal("wrong_kind")
    turns = range(*bounds)
    if len(turns) > LONGEST_RANGE:
        raise Refusal("range_too_long", limit=LONGEST_RANGE)
    return turns


def _charged(function: Callable[..., object]) -> Callable[..., object]:
    @pass_context
    def run(context: Context, value: object, *arguments: object, **options: object) -> object:
        for given in (value, *arguments):
            if isinstance(given, EmptyFact):
                return given
        rendering = context.parent[STATE]
        rendering.charge(1 + sum(map(_size, (value, *arguments, *options.values()))))
        result = bounded(function(value, *arguments, **options))
        if isinstance(result, str):
            rendering.charge(len(result))
        return result

    return run


def _size(value: object) -> int:
    """Return how much there is to read in a value: characters, and the entries of a list with theirs."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, (list, tuple)):
        return len(value) + sum(len(item) for item in value if isinstance(item, str))
    return len(value) if isinstance(value, range) else 0


@pass_context
def _default(context: Context, value: object, instead: object = "", boolean: bool = False) -> object:
    context.parent[STATE].charge(1)
    return instead if is_empty(value) or (boolean and not value) else value


class GreetingEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox with operators and look-ups narrowed to words, numbers and plain mappings."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"+", "-"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        for side in (left, right):
            if isinstance(side, EmptyFact):
                return side
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            context.parent[STATE].charge(1 + len(left) + len(right))
            return bounded(left + right)
        if operator == "**" or not (isinstance(left, NUMBERS) and isinstance(right, NUMBERS)):
            raise Refusal("operation_not_allowed", operation=operator)
        return bounded(self.binop_table[operator](left, right))

    def call_unop(self, context: Context, operator: str, argument: Any) -> Any:
        if isinstance(argument, EmptyFact):
            return argument
        if not isinstance(argument, NUMBERS):
            raise Refusal("operation_not_allowed", operation=operator)
        return self.unop_table[operator](argument)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return `loop.index` and its kin, or an entry of a plain mapping; never an object's attribute."""
        if isinstance(obj, EmptyFact):
            return obj
        if isinstance(obj, LoopContext):
            return super().getattr(obj, attribute)
        if isinstance(obj, Mapping):
            value = obj.get(attribute)
            return EmptyFact(attribute, attribute) if is_empty(value) else value
        raise Refusal("attribute_not_allowed", name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, EmptyFact):
            return obj
        if not isinstance(obj, (str, list, tuple, range)) or type(argument) is not int:
            raise Refusal("wrong_kind")
        return obj[argument] if -len(obj) <= argument < len(obj) else EmptyFact()


def _environment() -> GreetingEnvironment:
    """One environment for all greetings, never changed after this; only the HTML part escapes."""
    environment = GreetingEnvironment(
        undefined=StrictUndefined,
        autoescape=lambda part: part == "html",
        keep_trailing_newline=True,
        optimized=False,
        cache_size=0,
    )
    environment.globals.clear()
    environment.filters.clear()
    environment.filters.update({name: _charged(function) for name, function in FILTERS.items()})
    environment.filters.update({"default": _default, "d": _default})
    environment.filters.update(
        {
            " fact": _fact,
            " fact asked": _fact_asked,
            " told": _told,
            " written": _written,
            " noticed": _noticed,
            " turns": _turns,
            " weighed": _weighed,
            " joined": _joined,
            " listed": _listed,
            " range": _small_range,
            " optional begins": _optional_begins,
            " optional ends": _optional_ends,
        }
    )
    environment.tests.clear()
    environment.tests.update(TESTS)
    return environment


ENVIRONMENT = _environment()
