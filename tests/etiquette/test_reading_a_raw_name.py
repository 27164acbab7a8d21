"""What a list wrote, and who stands behind it."""

import pytest

from etiquette import describe, learn_order


def who(raw: str, **context: object) -> tuple[str, str, str]:
    reading = describe(raw, **context)  # type: ignore[arg-type]
    return reading.first, reading.last, reading.gender


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ", ("Σταμάτης", "Παπαδόπουλος", "m")),
        ("ΣΤΑΜΑΤΗΣ ΠΑΠΑΔΟΠΟΥΛΟΣ", ("Σταμάτης", "Παπαδόπουλος", "m")),
        ("ΠΑΠΑΔΟΠΟΥΛΟΥ ΕΛΕΝΗ", ("Ελένη", "Παπαδοπούλου", "f")),
        ("ΓΕΩΡΓΙΟΥ ΓΙΩΡΓΟΣ", ("Γιώργος", "Γεωργίου", "m")),
        ("ΓΕΩΡΓΙΟΥ ΜΑΡΙΑ", ("Μαρία", "Γεωργίου", "f")),
        ("ΠΑΠΑΙΩΑΝΝΟΥ ΟΛΓΑ", ("Όλγα", "Παπαϊωάννου", "f")),
        ("ΝΙΚΟΛΑΙΔΗΣ ΘΩΜΑΣ", ("Θωμάς", "Νικολαΐδης", "m")),
        ("ΚΑΡΑΙΣΚΑΚΗΣ ΒΑΣΙΛΕΙΟΣ", ("Βασίλειος", "Καραϊσκάκης", "m")),
        ("ΛΟΙΖΙΔΟΥ ΧΛΟΗ", ("Χλόη", "Λοϊζίδου", "f")),
        ("ΣΤΕΦΑΝΙΔΗΣ ΝΙΚΟΣ ΤΟΥ ΙΩΑΝΝΗ", ("Νίκος", "Στεφανίδης", "m")),
        ("ΣΤΕΦΑΝΙΔΟΥ ΑΝΝΑ ΤΟΥ Γ.", ("Άννα", "Στεφανίδου", "f")),
        ("Κ. ΡΑΓΚΟΣ ΠΕΤΡΟΣ", ("Πέτρος", "Ράγκος", "m")),
        ("κος Γιωργος Παπαδοπουλος", ("Γιώργος", "Παπαδόπουλος", "m")),
        ("ΚΑ ΜΑΡΙΝΟΠΟΥΛΟΥ ΕΙΡΗΝΗ", ("Ειρήνη", "Μαρινοπούλου", "f")),
        ("ΓΕΩΡΓΙΟΣ Κ. ΜΑΡΙΝΟΠΟΥΛΟΣ", ("Γεώργιος", "Μαρινόπουλος", "m")),
        ("Δημητρίου-Παπαδοπούλου Σοφία", ("Σοφία", "Δημητρίου-Παπαδοπούλου", "f")),
        ("ΠΑΠΑΔΟΠΟΥΛΟΥ ΑΝΝΑ-ΜΑΡΙΑ", ("Άννα-Μαρία", "Παπαδοπούλου", "f")),
        ("ΡΑΓΚΟΣ ΝΙΚΟΣ ΤΟΥ ΓΕΩΡΓΙΟΥ ΚΑΙ ΤΗΣ ΜΑΡΙΑΣ", ("Νίκος", "Ράγκος", "m")),
        ("ΤΡΙΚΟΥΠΗ ΜΑΡΙΑ ΣΥΖ. ΓΕΩΡΓΙΟΥ", ("Μαρία", "Τρικούπη", "f")),
        ("Κ.ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΙΩΡΓΟΣ", ("Γιώργος", "Παπαδόπουλος", "m")),
        ("κ.Παπαδόπουλος Γιώργος", ("Γιώργος", "Παπαδόπουλος", "m")),
        ('Χ"ΠΕΤΡΟΥ ΝΙΚΟΣ', ("Νίκος", "Χατζηπέτρου", "m")),
        ("ΡΑΛΛΗ ΕΛΕΝΗ", ("Ελένη", "Ράλλη", "f")),
        ("ΓΕΩΡΓΙΑΔΗΣ, ΝΙΚΟΣ", ("Νίκος", "Γεωργιάδης", "m")),
        ("  ΤΡΙΚΟΥΠΗ\u00a0  ΕΛΕΝΗ ", ("Ελένη", "Τρικούπη", "f")),
    ],
)
def test_capitals_get_their_accents_and_their_order(raw: str, expected: tuple[str, str, str]) -> None:
    reading = describe(raw)

    assert (reading.first, reading.last, reading.gender) == expected
    assert reading.kind == "person"
    assert not reading.needs_review


@pytest.mark.parametrize(
    ("raw", "first"),
    [("ΒΛΑΧΟΣ ΚΩΝ/ΝΟΣ", "Κωνσταντίνος"), ("ΒΛΑΧΟΥ ΔΗΜ/ΤΡΑ", "Δήμητρα"), ("Λάππας Παναγ/της", "Παναγιώτης")],
)
def test_a_first_name_shortened_by_a_stroke_is_written_in_full(raw: str, first: str) -> None:
    reading = describe(raw)

    assert reading.first == first
    assert not reading.needs_review


def test_a_stroke_that_may_stand_for_several_names_is_asked() -> None:
    assert describe("ΒΛΑΧΟΣ ΧΡ/ΟΣ").needs_review


def test_latin_look_alikes_inside_greek_words_are_repaired() -> None:
    typed_on_a_latin_keyboard = "ΠAΠAΔOΠOYΛOY ANNA"

    assert who(typed_on_a_latin_keyboard) == ("Άννα", "Παπαδοπούλου", "f")


def test_accents_written_by_hand_are_believed() -> None:
    assert describe("Πάππας Γιώργος").last == "Πάππας"
    assert not describe("Πάππας Γιώργος").needs_review


@pytest.mark.parametrize("raw", ["ΠΑΠΠΑΣ ΝΙΚΟΣ", "ΜΑΚΡΗΣ ΝΙΚΟΣ", "ΧΑΤΖΗ ΜΑΡΙΑ", "ΤΕΡΖΗΣ ΝΙΚΟΣ", "ΣΤΡΑΤΗΣ ΠΑΠΑΔΟΠΟΥΛΟΣ"])
def test_capitals_that_fit_two_accents_are_asked_with_both_to_choose_from(raw: str) -> None:
    reading = describe(raw)

    assert reading.confidence == 0.8
    assert reading.reason == "ambiguous_accent"
    assert len(reading.choices) >= 2


@pytest.mark.parametrize("raw", ["Παπαδόπουλος2 Γιώργος", "Παπαδόπουλος/Γεωργίου Μαρία", "ΠΑΠΑΔΟΠΟΥΛΟΣ ΧΡ/ΟΣ"])
def test_a_word_that_is_no_word_is_asked(raw: str) -> None:
    assert describe(raw).needs_review


def test_the_same_first_name_twice_is_asked() -> None:
    assert describe("ΠΑΠΑΔΟΠΟΥΛΟΥ ΜΑΡΙΑ ΜΑΡΙΑ").needs_review


def test_two_words_that_are_both_first_names_are_asked() -> None:
    for raw in ("ΘΩΜΑΣ ΙΩΑΝΝΗΣ", "ΙΩΑΝΝΗΣ ΘΩΜΑΣ", "ΒΑΣΙΛΗΣ ΣΤΕΛΙΟΣ"):
        reading = describe(raw)
        assert reading.reason == "order_unsure"
        assert reading.needs_review


def test_the_habit_of_the_file_settles_close_cases_only_where_the_surname_is_one() -> None:
    assert who("ΡΩΜΑΝΟΣ ΑΓΑΠΗΤΟΣ", order="surname_first")[1] == "Ρωμανός"
    assert who("ΡΩΜΑΝΟΣ ΑΓΑΠΗΤΟΣ", order="name_first")[1] == "Αγαπητός"


def test_a_known_first_name_is_not_turned_by_the_habit_of_the_file() -> None:
    assert who("ΓΙΩΡΓΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ", order="surname_first") == ("Γιώργος", "Παπαδόπουλος", "m")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("Γ. ΠΑΠΑΔΟΠΟΥΛΟΣ", "initials"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡ.", "initials"),
        ("ΜΑΡΙΑ", "last_missing"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ", "first_missing"),
        ("ΑΛΕΞ ΠΑΠΑΔΟΠΟΥΛΟΣ", "gender_unknown"),
        ("ΜΑΡΙΑ ΠΑΠΑΔΟΠΟΥΛΟΣ", "gender_conflict"),
        ("ΚΑ ΝΙΚΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ", "gender_conflict"),
        ("ΨΑΚΡΟΒΙΤΣΑΝΟΣ ΘΡΕΜΝΙΟΣ", "unknown_word"),
        ("ΧΗΡΑ ΓΕΩΡΓΙΟΥ ΠΑΠΑΔΟΠΟΥΛΟΥ", "widow"),
        ("ΓΙΑΝΝΗΣ Ο ΜΑΣΤΟΡΑΣ", "too_many_words"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΥ ΓΕΩΡΓΙΟΥ ΜΑΡΙΑ", "too_many_words"),
        ("ΚΑΡΑΒΑΓΓΟΣ ΝΙΚΟΣ", "accent_guess"),
        ("ΚΑΡΑΓΙΩΡΓΟΣ ΝΙΚΟΣ", "ambiguous_accent"),
        ("ΧΑΤΖΗΜΕΛΑΣ ΝΙΚΟΣ", "ambiguous_accent"),
        ("ΡΙΖΟΣ ΝΙΚΟΣ ΗΡΑΚΛΕΙΟ", "too_many_words"),
        ("Maria Vourla", "unknown_word"),
    ],
)
def test_doubts_are_said_with_their_reason(raw: str, reason: str) -> None:
    reading = describe(raw)

    assert reading.reason == reason
    assert reading.needs_review
    assert reading.greetable


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("ΣΙΔΕΡΑΣ Α.Ε.", "company"),
        ("ΣΙΔΕΡΑΣ Α. Ε.", "company"),
        ("ΡΙΖΟΣ ΚΑΙ ΣΙΑ Ε.Ε.", "company"),
        ("ΡΙΖΟΣ & ΣΙΑ", "company"),
        ("ΡΙΖΟΣ ΝΙΚΟΣ Μ.ΙΚΕ", "company"),
        ("ΚΑΦΕ ΤΟ ΛΙΜΑΝΙ Ι.Κ.Ε.", "company"),
        ("ΡΙΖΟΣ ΕΠΕ", "company"),
        ("ΑΦΟΙ ΒΟΥΛΓΑΡΗ Ο.Ε.", "company"),
        ("ΥΙΟΙ ΒΟΥΛΓΑΡΗ", "company"),
        ("A.E. ΡΙΖΟΣ", "company"),
        ("ΞΕΝΟΔΟΧΕΙΟ ΑΚΡΟΓΙΑΛΙ", "company"),
        ("ΞΥΛΟΥΡΓΕΙΟ ΡΙΖΟΣ", "company"),
        ("Hotel Akti", "company"),
        ("ΔΗΜΟΣ ΗΡΑΚΛΕΙΟΥ", "organisation"),
        ("ΔΗΜΟΣ ΑΓΙΟΥ ΝΙΚΟΛΑΟΥ", "organisation"),
        ("ΣΥΛΛΟΓΟΣ ΓΥΝΑΙΚΩΝ", "organisation"),
        ("ΙΕΡΟΣ ΝΑΟΣ ΑΓΙΟΥ ΜΗΝΑ", "organisation"),
        ("3ο ΔΗΜΟΤΙΚΟ ΣΧΟΛΕΙΟ", "organisation"),
    ],
)
def test_companies_and_organisations_are_told_from_people(raw: str, kind: str) -> None:
    reading = describe(raw)

    assert reading.kind == kind
    assert reading.gender == "c"
    assert reading.company_name
    assert not reading.needs_review


def test_a_municipality_is_told_from_a_man_called_dimos() -> None:
    assert describe("ΔΗΜΟΣ ΒΟΛΟΥ").kind == "organisation"
    assert who("ΔΗΜΟΣ ΓΕΩΡΓΙΟΥ") == ("Δήμος", "Γεωργίου", "m")
    assert who("ΠΑΠΑΔΟΠΟΥΛΟΣ ΔΗΜΟΣ") == ("Δήμος", "Παπαδόπουλος", "m")
    assert describe("ΔΗΜΟΣ ΨΑΚΡΟΒΙΤΣΑΣ").needs_review


def test_a_municipality_keeps_the_capitals_it_came_in() -> None:
    assert describe("ΔΗΜΟΣ ΑΘΗΝΑΙΩΝ").company_name == "ΔΗΜΟΣ ΑΘΗΝΑΙΩΝ"


def test_a_woman_called_sia_is_no_company() -> None:
    assert who("ΣΙΑ ΠΑΠΑΔΟΠΟΥΛΟΥ") == ("Σία", "Παπαδοπούλου", "f")


@pytest.mark.parametrize(
    ("raw", "kind", "reason"),
    [
        ("ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ", "placeholder", "placeholder"),
        ("ΔΙΑΦΟΡΟΙ ΠΕΛΑΤΕΣ", "placeholder", "placeholder"),
        ("ΤΕΣΤ", "placeholder", "test_row"),
        ("test test", "placeholder", "test_row"),
        ("ΧΧΧΧ", "placeholder", "test_row"),
        ("", "placeholder", "empty"),
        ("   ---  ", "placeholder", "empty"),
        ("12345", "placeholder", "empty"),
        ("ΚΛΗΡΟΝΟΜΟΙ ΠΑΠΑΔΟΠΟΥΛΟΥ", "other", "heirs"),
        ("ΚΛΗΡ. ΒΟΥΛΓΑΡΗ", "other", "heirs"),
        ("ΡΙΖΟΣ ΝΙΚΟΣ (ΑΠΕΒΙΩΣΕ)", "other", "deceased"),
        ("ΡΙΖΟΣ ΝΙΚΟΣ †", "other", "deceased"),
        ("ΡΙΖΟΣ ΝΙΚΟΣ (+)", "other", "deceased"),
    ],
)
def test_tills_tests_heirs_and_the_dead_are_never_greeted(raw: str, kind: str, reason: str) -> None:
    reading = describe(raw)

    assert (reading.kind, reading.reason, reading.confidence) == (kind, reason, 0.0)
    assert not reading.greetable


@pytest.mark.parametrize(
    ("raw", "first", "last", "gender"),
    [
        ("Γιώργος & Μαρία Παπαδοπούλου", "Γιώργος και Μαρία", "Παπαδοπούλου", "mf"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ ΚΑΙ ΜΑΡΙΑ", "Γεώργιος και Μαρία", "Παπαδόπουλος", "mf"),
        ("Νίκος και Πέτρος Ρίζος", "Νίκος και Πέτρος", "Ρίζος", "m"),
        ("ΟΙΚΟΓΕΝΕΙΑ ΠΑΠΑΔΟΠΟΥΛΟΥ", "", "Παπαδοπούλου", "mf"),
        ("ΚΟΣ & ΚΑ ΠΑΠΑΔΟΠΟΥΛΟΥ", "", "Παπαδοπούλου", "mf"),
        ("Mr and Mrs Smith", "", "Smith", "mf"),
        ("NIKOS & MARIA PAPADOPOULOU", "Νίκος και Μαρία", "Παπαδοπούλου", "mf"),
    ],
)
def test_two_people_are_a_household_for_a_person_to_confirm(raw: str, first: str, last: str, gender: str) -> None:
    reading = describe(raw)

    assert (reading.kind, reading.first, reading.last, reading.gender) == ("household", first, last, gender)
    assert reading.needs_review


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ - ΠΑΠΑΔΟΠΟΥΛΟΥ ΜΑΡΙΑ", "two_persons"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ / ΜΑΡΙΑ", "two_persons"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΥ ΜΑΡΙΑ (ΓΙΩΡΓΟΣ)", "two_persons"),
        ("ΙΩΑΝΝΟΥ ΜΑΡΙΑ - ΒΛΑΧΟΥ", "too_many_words"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ (ΙΕΡΕΑΣ)", "clergy"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ (ΔΙΑΓΡΑΦΗ)", "test_row"),
        ("+ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ", "deceased"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ+", "deceased"),
    ],
)
def test_what_stands_beside_a_name_may_cast_doubt_on_it(raw: str, reason: str) -> None:
    reading = describe(raw)

    assert reading.needs_review
    assert reading.reason == reason


@pytest.mark.parametrize(
    "raw",
    [
        "ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ (ΓΙΩΡΓΟΣ)",
        "ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ (ΤΟΥ ΝΙΚΟΛΑΟΥ)",
        "ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ - ΚΑΦΕ Η ΜΑΡΙΑ",
        "ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ (ΥΙΟΣ)",
    ],
)
def test_a_pet_name_a_father_or_a_shop_beside_a_name_leaves_it_sure(raw: str) -> None:
    reading = describe(raw)

    assert (reading.first, reading.last, reading.needs_review) == ("Γεώργιος", "Παπαδόπουλος", False)


def test_the_cross_stands_apart_from_the_whole_name() -> None:
    assert describe("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ +").remark == "ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ"


def test_a_son_alone_is_no_company() -> None:
    assert describe("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ ΥΙΟΣ").kind == "person"
    assert describe("Γ. ΠΑΠΑΔΟΠΟΥΛΟΣ & ΥΙΟΣ").kind == "company"


def test_remarks_and_trades_stand_apart_from_the_name() -> None:
    bracketed = describe("ΡΙΖΟΣ ΝΙΚΟΣ (ΥΔΡΑΥΛΙΚΟΣ)")
    dashed = describe("ΡΙΖΟΣ ΝΙΚΟΣ - ΤΑΒΕΡΝΑ")

    assert (bracketed.last, bracketed.remark) == ("Ρίζος", "ΥΔΡΑΥΛΙΚΟΣ")
    assert (dashed.last, dashed.remark) == ("Ρίζος", "ΤΑΒΕΡΝΑ")


@pytest.mark.parametrize("raw", ["Eleni Markaki", "Markaki Eleni", "ELENI MARKAKI", "eleni markakh"])
def test_greeklish_is_found_in_the_tables(raw: str) -> None:
    assert who(raw) == ("Ελένη", "Μαρκάκη", "f")
    assert not describe(raw).needs_review


def test_greeklish_surnames_are_built_on_a_known_stem() -> None:
    assert who("Giwrgos Giannopoylos") == ("Γιώργος", "Γιαννόπουλος", "m")
    assert who("Maria Stefanidou") == ("Μαρία", "Στεφανίδου", "f")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Anna Weber", ("Anna", "Weber", "f")),
        ("WEBER ANNA", ("Anna", "Weber", "f")),
        ("John Smith", ("John", "Smith", "m")),
        ("Paolo Rossi", ("Paolo", "Rossi", "m")),
        ("Μαρία Weber", ("Μαρία", "Weber", "f")),
    ],
)
def test_foreign_names_are_left_as_they_stand(raw: str, expected: tuple[str, str, str]) -> None:
    assert who(raw) == expected
    assert not describe(raw).needs_review


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ("Hrakleia Karayianni", "Ηράκλεια", "Καραγιάννη"),
        ("Kuriakos Papadopoulos", "Κυριάκος", "Παπαδόπουλος"),
        ("Perikles Andonopoulos", "Περικλής", "Αντωνόπουλος"),
    ],
)
def test_a_looser_spelling_is_found_and_asked(raw: str, first: str, last: str) -> None:
    reading = describe(raw)

    assert (reading.first, reading.last) == (first, last)
    assert reading.needs_review


@pytest.mark.parametrize("raw", ["Thomas Martin", "MARTIN THOMAS", "Leonidas Kavakos", "Xaris Alexiou"])
def test_latin_letters_that_fit_a_greek_name_only_half_are_asked(raw: str) -> None:
    assert describe(raw).needs_review


def test_a_latin_word_beside_a_greek_one_is_tidied_or_read() -> None:
    assert who("ΓΙΩΡΓΟΣ PAPADOPOULOS") == ("Γιώργος", "Παπαδόπουλος", "m")
    assert who("ΜΑΡΙΑ SMITH") == ("Μαρία", "Smith", "f")
    assert who("maria schmidt") == ("Maria", "Schmidt", "f")


def test_a_foreign_name_of_both_sexes_is_asked() -> None:
    assert describe("Andrea Rossi").gender == "u"
    assert describe("Andrea Rossi").needs_review


@pytest.mark.parametrize(
    ("raw", "first"),
    [("George Papadopoulos", "George"), ("Papadopoulou Helen", "Helen"), ("Mary Papadopoulou", "Mary")],
)
def test_a_foreign_name_is_not_respelt_as_a_rare_greek_one(raw: str, first: str) -> None:
    reading = describe(raw)

    assert reading.first == first
    assert reading.needs_review


def test_the_everyday_form_is_only_suggested() -> None:
    reading = describe("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΕΩΡΓΙΟΣ")

    assert reading.first == "Γεώργιος"
    assert reading.known_as == "Γιώργος"


def test_the_everyday_form_is_suggested_for_greeklish_too() -> None:
    assert describe("GEORGIOS PAPADOPOULOS").known_as == "Γιώργος"


def test_the_order_of_a_file_is_learnt_when_it_keeps_one() -> None:
    surname_first = [
        "ΠΑΠΑΔΟΠΟΥΛΟΣ ΝΙΚΟΣ",
        "ΒΟΥΛΓΑΡΗ ΕΛΕΝΗ",
        "ΓΕΩΡΓΙΟΥ ΜΑΡΙΑ",
        "ΣΤΕΦΑΝΙΔΗΣ ΠΕΤΡΟΣ",
        "ΔΗΜΟΣ ΒΟΛΟΥ",
        "ΨΑΛΤΗΣ ΓΙΩΡΓΟΣ",
    ]
    name_first = [" ".join(reversed(raw.split())) for raw in surname_first]

    assert learn_order(surname_first) == "surname_first"
    assert learn_order(name_first) == "name_first"
    assert learn_order(surname_first + name_first) is None
    assert learn_order(surname_first[:2]) is None
