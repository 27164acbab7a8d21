"""Words on screens: found in code and templates, translated into Greek, compiled without gettext's tools."""

import gettext
import os

import polib
import pytest

from greetings_crm import messages
from greetings_crm.messages import Found, MessageError, placeholders


def catalogue_of(*entries: polib.POEntry) -> polib.POFile:
    catalogue = polib.POFile()
    catalogue.extend(entries)
    return catalogue


def found(text: str, plural: str | None = None, context: str | None = None) -> Found:
    return Found(text=text, plural=plural, context=context, path="app/views.py")


def test_every_string_has_a_greek_translation_with_the_same_placeholders():
    catalogue = messages.read_catalogue()

    missing = messages.faults(catalogue, messages.find_strings())

    assert missing == []


def test_the_catalogue_holds_no_string_that_is_gone_and_none_twice():
    catalogue = messages.read_catalogue()
    keys = [(entry.msgctxt, entry.msgid) for entry in catalogue]

    wanted = {(each.context, each.text) for each in messages.find_strings()}

    assert {(entry.msgctxt, entry.msgid) for entry in catalogue if not entry.obsolete} <= wanted
    assert len(keys) == len(set(keys))


def test_strings_of_python_are_found_whatever_the_function():
    source = """
from django.utils.translation import gettext, gettext_lazy as _, ngettext, pgettext_lazy
a = _("Today")
b = gettext("Row %(row)d: "
            "no name") % {"row": 3}
c = ngettext("%(n)d letter", "%(n)d letters", n) % {"n": n}
d = pgettext_lazy("month", "May")
e = gettext(WORDS[code])
name, _unused = pair()
"""

    strings = messages.strings_in_python(source, path="app/views.py")

    assert {(each.context, each.text, each.plural) for each in strings} == {
        (None, "Today", None),
        (None, "Row %(row)d: no name", None),
        (None, "%(n)d letter", "%(n)d letters"),
        ("month", "May", None),
    }


@pytest.mark.parametrize("call", ['_(f"Row {n}")', '_("Row " + n)', 'ngettext("one", f"{n} more", n)'])
def test_a_message_that_is_put_together_is_refused_with_its_place(call):
    with pytest.raises(MessageError, match=r"app/views\.py:2: "):
        messages.strings_in_python(f"x = 1\ny = {call}\n", path="app/views.py")


def test_strings_of_templates_are_found_as_the_tags_look_them_up():
    source = """{% load i18n %}
<h1 title="{% translate "It's Christmas" %}">{% translate 'May' context "month" %}</h1>
{% blocktranslate trimmed with name=person.name %}
    Dear {{ name }},
    100% yours
{% endblocktranslate %}{# nothing here #}
{% blocktranslate count n=letters %}{{ n }} letter{% plural %}{{ n }} letters{% endblocktranslate %}
{% include "_partials/button.html" with label=_("Approve") %}"""

    strings = messages.strings_in_template(source, path="templates/page.html")

    assert [(each.context, each.text, each.plural) for each in strings] == [
        (None, "It's Christmas", None),
        ("month", "May", None),
        (None, "Dear %(name)s, 100%% yours", None),
        (None, "%(n)s letter", "%(n)s letters"),
        (None, "Approve", None),
    ]


def test_placeholders_are_read_in_both_ways_of_writing():
    assert placeholders("%(name)s has {count} letters, 100%%, {{not}} this") == {"name", "count"}


def test_updating_keeps_translations_adds_new_strings_and_retires_old_ones():
    catalogue = catalogue_of(polib.POEntry(msgid="Today", msgstr="Σήμερα"), polib.POEntry(msgid="Gone", msgstr="Πάει"))

    messages.update_catalogue(catalogue, [found("Today"), found("Hello %(name)s")])

    by_id = {entry.msgid: entry for entry in catalogue}
    assert by_id["Today"].msgstr == "Σήμερα"
    assert by_id["Gone"].obsolete
    assert by_id["Hello %(name)s"].flags == ["python-format"]


def test_a_string_that_comes_back_gets_its_old_translation_back():
    catalogue = catalogue_of(polib.POEntry(msgid="Today", msgstr="Σήμερα", obsolete=True))

    messages.update_catalogue(catalogue, [found("Today")])

    assert messages.faults(catalogue, [found("Today")]) == []


def test_merging_fills_gaps_and_names_what_the_code_does_not_have():
    catalogue = catalogue_of()
    messages.update_catalogue(catalogue, [found("Today"), found("%(n)d day", "%(n)d days")])
    other = catalogue_of(
        polib.POEntry(msgid="Today", msgstr="Σήμερα"),
        polib.POEntry(msgid="%(n)d day", msgid_plural="%(n)d days", msgstr_plural={0: "%(n)d μέρα", 1: "%(n)d μέρες"}),
        polib.POEntry(msgid="Tomorrow", msgstr="Αύριο"),
    )

    assert messages.merge(catalogue, other) == ["Tomorrow"]
    assert messages.faults(catalogue, [found("Today"), found("%(n)d day", "%(n)d days")]) == []


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("", "not translated"),
        ("Καλημέρα", "other placeholders"),
        ("Καλημέρα %(nmae)s", "other placeholders"),
    ],
)
def test_a_missing_or_wrong_translation_is_named(translation, fault):
    catalogue = catalogue_of(polib.POEntry(msgid="Hello %(name)s", msgstr=translation))

    (line,) = messages.faults(catalogue, [found("Hello %(name)s")])

    assert line.startswith(f"app/views.py: {fault}")


def test_the_singular_may_leave_the_number_out_but_the_plural_may_not():
    def with_plural(one: str, many: str) -> polib.POFile:
        return catalogue_of(
            polib.POEntry(msgid="%(n)d letter", msgid_plural="%(n)d letters", msgstr_plural={0: one, 1: many})
        )

    strings = [found("%(n)d letter", "%(n)d letters")]

    assert messages.faults(with_plural("Ένα γράμμα", "%(n)d γράμματα"), strings) == []
    assert len(messages.faults(with_plural("%(n)d γράμμα", "Γράμματα"), strings)) == 1


def test_only_stale_catalogues_are_compiled_and_python_reads_them(tmp_path):
    folder = tmp_path / "locale" / "el" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    catalogue = catalogue_of(polib.POEntry(msgid="Today", msgstr="Σήμερα"))
    catalogue.metadata = dict(messages.HEADER)
    catalogue.save(str(source))

    (compiled,) = messages.compile_stale(tmp_path)
    again = messages.compile_stale(tmp_path)
    later = compiled.stat().st_mtime + 5
    os.utime(source, (later, later))

    assert again == []
    assert messages.compile_stale(tmp_path) == [compiled]
    assert sorted(os.listdir(folder)) == ["django.mo", "django.po"]
    with open(compiled, "rb") as file:
        assert gettext.GNUTranslations(file).gettext("Today") == "Σήμερα"
