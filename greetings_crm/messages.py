"""Takes the words of code and templates into locale/el and compiles them, without gettext's tools.

A bare machine has no xgettext and no msgfmt. `script/messages` calls `main()`; set-up calls
`compile_stale()`.
"""

import argparse
import ast
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

PROJECT = Path(__file__).resolve().parent.parent
CATALOGUE = PROJECT / "locale" / "el" / "LC_MESSAGES" / "django.po"
SOURCES = ("greetings_crm", "campaigns", "customers", "templates")
# Function name -> which argument is the context, the message, its plural.
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
STRING = r"""u?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"\b({'|'.join(FUNCTIONS)})\(\s*({STRING}(?:\s*,\s*{STRING})*)")
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|(?<!\{)\{(\w+)\}")
HEADER = {
    "Project-Id-Version": "greetings_crm",
    "Language": "el",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


class MessageError(ValueError):
    """A string is marked for translation in a way that no catalogue can hold; says the file and the line."""


@dataclass(frozen=True, slots=True)
class Found:
    """One string that people see, and the file it comes from (relative to the project)."""

    text: str
    plural: str | None
    context: str | None
    path: str


def strings_in_python(source: str, *, path: str) -> list[Found]:
    """Return the marked strings of a Python file. Raise `MessageError` for one that is put together."""
    found = []
    for node in ast.walk(ast.parse(source, path)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        # `_` is also a popular name for what nobody needs: only a call with a string is a message.
        if name not in FUNCTIONS or not node.args or (name == "_" and not isinstance(called, ast.Name)):
            continue
        wanted = [node.args[each] for each in FUNCTIONS[name] if each is not None and each < len(node.args)]
        if any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in wanted):
            raise MessageError(f"{path}:{node.lineno}: {name}() needs plain strings with placeholders.")
        if not all(_is_string(argument) for argument in wanted):
            continue  # it looks up what another place has marked
        values = [argument.value for argument in wanted]
        found.append(_found(values, name, path))
    return found


def strings_in_template(source: str, *, path: str) -> list[Found]:
    """Return the marked strings of a Django template, as its tags look them up (`%` is doubled)."""
    return [
        _found([ast.literal_eval(literal) for literal in re.findall(STRING, call[2])], call[1], path)
        for call in TEMPLATE_CALL.finditer(templatize(source, origin=path))
    ]


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _found(values: Sequence[str], name: str, path: str) -> Found:
    context, text, plural = FUNCTIONS[name]
    return Found(
        text=values[text],
        plural=values[plural] if plural is not None else None,
        context=values[context] if context is not None else None,
        path=path,
    )


def find_strings(project: Path = PROJECT) -> list[Found]:
    """Return every marked string of the project, in the order of its files."""
    found = []
    for folder in SOURCES:
        for path in sorted((project / folder).rglob("*")):
            name = path.relative_to(project).as_posix()
            if path.suffix == ".py":
                found += strings_in_python(path.read_text(encoding="utf-8"), path=name)
            elif path.suffix in (".html", ".txt") and "templates" in path.parts:
                found += strings_in_template(path.read_text(encoding="utf-8"), path=name)
    return found


def read_catalogue() -> polib.POFile:
    """Return the Greek catalogue, an empty one when there is none yet."""
    return polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()


def placeholders(text: str) -> set[str]:
    """Return the named placeholders of a message: `%(name)s` and `{name}`."""
    return {percent or brace for percent, brace in PLACEHOLDER.findall(text)}


def update_catalogue(catalogue: polib.POFile, found: Iterable[Found]) -> None:
    """Make the catalogue hold exactly `found`: keep translations, add what is new, mark the rest obsolete."""
    catalogue.metadata = dict(HEADER)
    entries = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    places: dict[tuple[str | None, str], list[str]] = {}
    for each in found:
        key = (each.context, each.text)
        places.setdefault(key, []).append(each.path)
        entry = entries.get(key)
        if entry is None:
            entry = entries[key] = polib.POEntry(msgctxt=each.context, msgid=each.text)
            catalogue.append(entry)
        if each.plural is not None and entry.msgid_plural != each.plural:
            entry.msgid_plural = each.plural
            entry.msgstr_plural = {0: entry.msgstr, 1: ""}
            entry.msgstr = ""
        flagged = "python-format" in entry.flags
        if not flagged and re.search(r"%\(\w+\)", each.text + (each.plural or "")):
            entry.flags.append("python-format")
    for key, entry in entries.items():
        entry.obsolete = key not in places
        # The file alone, no line number: else every change of code would be a change of the catalogue.
        entry.occurrences = [(path, "") for path in sorted(set(places.get(key, [])))]
    catalogue.sort(key=lambda entry: (entry.obsolete, entry.occurrences[:1], entry.msgid, entry.msgctxt or ""))


def merge(catalogue: polib.POFile, other: polib.POFile) -> list[str]:
    """Take translations from `other` where the catalogue has none; return the msgids it does not know."""
    entries = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    unknown = []
    for theirs in other.translated_entries():
        entry = entries.get((theirs.msgctxt, theirs.msgid))
        if entry is None:
            unknown.append(theirs.msgid)
        elif not entry.translated():
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
            if entry.msgid_plural:
                # Written without its plural the translation serves for both numbers until a person looks.
                entry.msgstr_plural = theirs.msgstr_plural or {0: theirs.msgstr, 1: theirs.msgstr}
            else:
                entry.msgstr = theirs.msgstr or theirs.msgstr_plural[1]
    return unknown


def faults(catalogue: polib.POFile, found: Iterable[Found]) -> list[str]:
    """Return one line for each string without a translation, or whose translation has other placeholders."""
    entries = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    lines = {}
    for each in found:
        entry = entries.get((each.context, each.text))
        if entry is None or not entry.translated() or (each.plural and entry.msgid_plural != each.plural):
            lines[each.text] = f"{each.path}: not translated: {each.text!r}"
            continue
        many = placeholders(each.plural or each.text)
        allowed = many | placeholders(each.text)
        if each.plural:
            # "One letter" may leave the number out; the plural form must say all that the English one says.
            right = placeholders(entry.msgstr_plural[0]) <= allowed
            right = right and placeholders(entry.msgstr_plural[1]) == many
        else:
            right = placeholders(entry.msgstr) == many
        if not right:
            lines[each.text] = f"{each.path}: other placeholders in the translation: {each.text!r}"
    return list(lines.values())


def compile_stale(project: Path = PROJECT) -> list[Path]:
    """Compile each .po of the project whose .mo is missing or older; return the files written."""
    written = []
    for source in sorted((project / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        # Written beside and renamed: a server that starts meanwhile never reads half a catalogue.
        descriptor, draft = tempfile.mkstemp(dir=target.parent, suffix=".draft")
        os.close(descriptor)
        polib.pofile(str(source)).save_as_mofile(draft)
        os.chmod(draft, 0o644)
        os.replace(draft, target)
        written.append(target)
    return written


def main(arguments: Sequence[str]) -> int:
    """Update the Greek catalogue from the code, merge further .po files, compile, list what is missing."""
    parser = argparse.ArgumentParser(prog="script/messages", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when something is missing")
    parser.add_argument("more", nargs="*", type=Path, help=".po files whose translations are taken over")
    options = parser.parse_args(arguments)

    try:
        found = find_strings()
    except (MessageError, SyntaxError) as error:
        print(error, file=sys.stderr)
        return 2
    catalogue = read_catalogue()
    if not options.check:
        update_catalogue(catalogue, found)
        for path in options.more:
            for msgid in merge(catalogue, polib.pofile(str(path))):
                print(f"{path}: not in the code: {msgid!r}")
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        catalogue.wrapwidth = 100
        catalogue.save(str(CATALOGUE))
        compile_stale()
    missing = faults(catalogue, found)
    print("\n".join(missing))
    print(f"{len({(each.context, each.text) for each in found})} strings, {len(missing)} of them at fault.")
    return 1 if options.check and missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
