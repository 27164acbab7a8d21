"""Foreign addresses and figures, other customers in words typed by hand, gaps, private notes, a bare None."""

import pytest

from campaigns.review.guard import Finding, finding_sentence, findings_of, inspect, still_open
from campaigns.review.guard.words import _SENTENCES
from customers.addresses import address_fields
from customers.models import (
    Contact,
    ContactAddress,
    FollowUp,
    Household,
    Interaction,
    Purchase,
    ServiceCase,
)
from customers.search import index_contacts
from tests.builders import ELENI, NOW, STAMATIS, make_contact, make_user
from tests.review.guarding import TEMPLATE, TODAY, codes, findings, letter_to, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def stamatis():
    return make_contact(STAMATIS)


def known(person=None, **fields) -> Contact:
    """Another customer, whom the search finds."""
    contact = make_contact(person, **fields)
    index_contacts([contact.pk])
    return contact


# --- Addresses and figures ---


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Γράψτε στο nikos@other.example.", "foreign_address"),
        ("Καλέστε το 6971234567.", "foreign_phone"),
        ("Για το τιμολόγιο ΤΠΥ-998.", "foreign_document"),
        ("Σας χρωστάμε 45,50 €.", "foreign_amount"),
    ],
)
def test_what_stands_nowhere_in_their_papers_is_found(stamatis, text, code):
    (found,) = findings(letter_to(stamatis, text))

    assert (found.code, found.confirmable) == (code, False)


def test_a_link_to_somebody_elses_address_is_found(stamatis):
    assert codes(letter_to(stamatis, html='<a href="mailto:nikos@other.example">εδώ</a>')) == ["foreign_address"]


def test_what_the_template_says_may_stand_in_every_letter(stamatis):
    assert codes(letter_to(stamatis, "Τηλέφωνό μας: 2310 445471.")) == []


def test_their_own_papers_may_be_told(stamatis, settings):
    settings.REPLY_ADDRESS = "house@shop.example"
    Contact.objects.filter(pk=stamatis.pk).update(phone="2310 123456", mobile="+306971234567", tax_number="123456789")
    ContactAddress.objects.create(contact=stamatis, **address_fields("second@shop.example"))
    Purchase.objects.create(contact=stamatis, purchased_on=TODAY, total="45.50", document_number="ΤΠΥ-998")
    text = (
        "stamatis@shop.example, second@shop.example, house@shop.example, 2310123456, 697 123 4567, ΑΦΜ 123456789, "
        "τιμολόγιο ΤΠΥ 998, 45,50 €"
    )

    assert codes(letter_to(stamatis, text)) == []


def test_a_line_written_for_them_may_hold_what_it_likes(stamatis):
    Interaction.objects.create(contact=stamatis, happened_at=NOW, quotable="Ο κύριος Νίκος είναι στο 6971234567.")

    assert codes(letter_to(stamatis, "Ο κύριος Νίκος είναι στο 6971234567.")) == []


# --- Somebody else, typed by hand ---


@pytest.mark.parametrize(
    "words",
    [
        "Δώστε χαιρετισμούς στην Ελένη Βλάχου.",
        "Το κορίτσι της Ελένης Βλάχου ήρθε.",
        "Αγαπητή Ελενη Βλαχου, χρόνια πολλά",
        "ΒΛΑΧΟΥ ΕΛΕΝΗ",
        "Dear Eleni Vlachou, happy Christmas",
        "Η κ. Ελένη Μ. Βλάχου",
    ],
)
def test_another_customer_by_first_name_and_surname_waits_for_a_person(stamatis, words):
    eleni = known(ELENI)

    (found,) = findings(typed(stamatis, words))

    assert (found.code, found.facts["contact"], found.confirmable) == ("other_person", eleni.pk, True)


@pytest.mark.parametrize("form", ["Γιώργο Δημόπουλε", "Γιώργου Δημόπουλου", "Giorgo Dimopoule", "Δημόπουλος Γιώργος"])
def test_a_man_is_known_in_every_case(stamatis, form):
    giorgos = known(first_name="Γιώργος", last_name="Δημόπουλος")

    assert [each.facts["contact"] for each in findings(typed(stamatis, f"Είδαμε και τον {form} χθες."))] == [giorgos.pk]


def test_two_first_names_and_a_double_surname_are_one_person(stamatis):
    maria = known(first_name="Μαρία Ελένη", last_name="Βλάχου-Μελά", gender="f")

    assert [each.facts["contact"] for each in findings(typed(stamatis, "Η Μαρία Ελένη Βλάχου-Μελά"))] == [maria.pk]


def test_a_first_name_or_a_surname_alone_is_nobody(stamatis):
    known(ELENI)

    assert codes(typed(stamatis, "Χαιρετίσματα από την Ελένη. Η Βλάχου είναι χωριό.")) == []


def test_words_that_only_begin_like_a_name_are_nobody(stamatis):
    known(first_name="Χαρά", last_name="Μεγάλου", gender="f")
    known(first_name="Νίκος", last_name="Καλός")

    assert codes(typed(stamatis, "Με χαρά μεγάλη σας περιμένουμε. Νίκη και καλό χειμώνα.")) == []


def test_the_reader_and_their_household_may_be_named(stamatis):
    index_contacts([stamatis.pk])
    eleni = known(ELENI)
    home = Household.objects.create(name="x")
    Contact.objects.filter(pk__in=[stamatis.pk, eleni.pk]).update(household=home)
    stamatis.refresh_from_db()

    assert codes(typed(stamatis, "Στον Σταμάτη Παπαδόπουλο και την Ελένη Βλάχου")) == []


def test_a_namesake_is_the_reader_themselves(stamatis):
    index_contacts([stamatis.pk])
    known(STAMATIS | {"email": "other@shop.example"})

    assert codes(typed(stamatis, "Αγαπητέ Σταμάτη Παπαδόπουλε, ευχαριστούμε.")) == []


def test_words_of_the_machine_may_name_anybody(stamatis):
    known(ELENI)

    assert codes(letter_to(stamatis, "Σας χαιρετά η Ελένη Βλάχου.")) == []


def test_another_customers_address_and_phone_wait_for_a_person(stamatis):
    eleni = make_contact(ELENI, mobile="6971234567", mobile_key="+306971234567")
    ContactAddress.objects.create(contact=eleni, **address_fields("second@shop.example"))

    found = findings(typed(stamatis, "Eleni@Shop.Example, second@shop.example, 697 123 4567"))

    assert [(each.code, each.facts["kind"], each.facts["contact"], each.confirmable) for each in found] == [
        ("other_person", "address", eleni.pk, True),
        ("other_person", "address", eleni.pk, True),
        ("other_person", "phone", eleni.pk, True),
    ]


def test_what_a_person_typed_of_nobody_we_know_may_be_confirmed(stamatis):
    (found,) = findings(typed(stamatis, "Καλέστε με στο 6971234567."))
    assert (found.code, found.confirmable) == ("foreign_phone", True)

    assert still_open([found], [found.as_data()]) == ()
    assert still_open([found], []) == (found,)
    assert findings_of([found.as_data()]) == (found,)


def test_a_confirmation_is_of_one_finding_only(stamatis):
    confirmed = Finding("foreign_phone", {"found": "6971234567"}, confirmable=True).as_data()
    other = Finding("foreign_phone", {"found": "6971234568"}, confirmable=True)
    blocking = Finding("leftover", {"found": "6971234567"})

    assert still_open([other, blocking], [confirmed, blocking.as_data()]) == (other, blocking)


def test_a_long_letter_by_hand_asks_the_database_a_few_times(stamatis, django_assert_max_num_queries):
    letter = typed(stamatis, " ".join(f"Λέξη{chr(945 + number % 24)} Ελένη Βλάχου" for number in range(300)))

    with django_assert_max_num_queries(12):
        inspect([letter], words=TEMPLATE, today=TODAY)


# --- Gaps and machines ---


@pytest.mark.parametrize(
    "text",
    [
        "Αγαπητέ {{ όνομα }},", "[[ ίσως ]]", "Αγαπητέ %ΟΝΟΜΑ%,", "Dear <name>,", "Lorem ipsum dolor", "Αγαπητέ XXX,",
        "Αγαπητέ «Όνομα»,", "Αγαπητέ «ΟΝΟΜΑ»,", "[NAME]", "{first_name}", "____",
    ],
)  # fmt: skip
def test_a_gap_never_filled_in_always_blocks(stamatis, text):
    for letter in (letter_to(stamatis, text), typed(stamatis, text)):
        found = findings(letter)
        assert found
        assert {(each.code, each.confirmable) for each in found} == {("leftover", False)}


@pytest.mark.parametrize("text", ["Αγαπητέ None,", "έχετε nan πόντους", "null", "Αγαπητέ undefined,", "#N/A"])
def test_a_bare_none_always_blocks(stamatis, text):
    assert [(each.code, each.confirmable) for each in findings(letter_to(stamatis, text))] == [("none_word", False)]


def test_a_gap_in_the_subject_blocks_too(stamatis):
    assert codes(letter_to(stamatis, subject="Χρόνια πολλά %ΟΝΟΜΑ%")) == ["leftover"]


def test_quotation_percent_and_english_none_are_words(stamatis):
    text = "Διαβάσαμε «Τα Νέα» και το «όνομά σας», 50% και 20 % παραπάνω."
    assert codes(letter_to(stamatis, text)) == []

    english = make_contact(STAMATIS | {"email": "nana@shop.example"}, language="en")
    assert codes(letter_to(english, "None of us forgets you, Nana.")) == []


# --- Private notes ---

SECRET = "Χώρισε πέρυσι και του χρωστάμε μια συγγνώμη"


def note(contact: Contact, text: str = SECRET, **fields) -> Interaction:
    return Interaction.objects.create(contact=contact, happened_at=NOW, private_text=text, **fields)


@pytest.mark.parametrize("by_hand", [True, False])
def test_five_words_of_a_private_note_always_block(stamatis, by_hand):
    note(stamatis)
    words = "Μάθαμε ότι ΧΩΡΙΣΕ ΠΕΡΥΣΙ και του χρωσταμε."

    (found,) = findings(typed(stamatis, words) if by_hand else letter_to(stamatis, words))

    assert (found.code, found.confirmable) == ("private_note", False)
    assert found.facts == {"kind": "interaction", "found": "ΧΩΡΙΣΕ ΠΕΡΥΣΙ και του χρωσταμε"}


def test_four_words_are_chance(stamatis):
    note(stamatis)

    assert codes(letter_to(stamatis, "Χώρισε πέρυσι και του είπαμε")) == []


def test_cases_outcomes_and_remarks_of_a_list_are_private(stamatis):
    ServiceCase.objects.create(contact=stamatis, opened_at=NOW, what_happened="Έσπασε το γυάλινο βάζο της μητέρας του")
    ServiceCase.objects.create(contact=stamatis, opened_at=NOW, lesson="Να τυλίγουμε πάντα διπλά τα γυάλινα")
    FollowUp.objects.create(
        contact=stamatis,
        text="x",
        due_on=TODAY,
        done_at=NOW,
        done_by=make_user(),
        outcome="δεν σήκωσε το τηλέφωνο τρεις φορές",
    )
    Contact.objects.filter(pk=stamatis.pk).update(extra={"Σχόλια": "παίρνει πάντα έκπτωση με φωνές"})
    stamatis.refresh_from_db()
    text = (
        "Έσπασε το γυάλινο βάζο της. Να τυλίγουμε πάντα διπλά τα. Δεν σήκωσε το τηλέφωνο τρεις. "
        "Παίρνει πάντα έκπτωση με φωνές."
    )

    kinds = {each.facts["kind"] for each in findings(letter_to(stamatis, text))}

    assert kinds == {"case", "follow_up", "list"}


def test_what_may_be_quoted_is_no_secret(stamatis):
    note(stamatis, "Χαρήκαμε πολύ για τη Δάφνη που πέρασε", quotable="Χαρήκαμε πολύ για τη Δάφνη.")

    assert codes(letter_to(stamatis, "Χαρήκαμε πολύ για τη Δάφνη.")) == []


def test_a_note_about_somebody_else_is_not_looked_for(stamatis):
    note(make_contact(ELENI))

    assert codes(letter_to(stamatis, SECRET)) == []


def test_a_wish_in_a_note_is_no_secret(stamatis):
    note(stamatis, "Του ευχηθήκαμε χρόνια πολλά και καλά Χριστούγεννα με υγεία")

    assert codes(letter_to(stamatis, "Χρόνια πολλά και καλά Χριστούγεννα με υγεία.")) == []


def test_our_own_letter_in_an_answer_by_mail_is_no_secret(stamatis):
    note(stamatis, "Να είστε καλά\n> Τηλέφωνό μας ένα δύο τρία", kind="email_in")
    note(stamatis, "Γράψατε Χριστούγεννα Τηλέφωνό μας 2310 445471", kind="email_in")

    assert codes(letter_to(stamatis, "Καλά Χριστούγεννα. Τηλέφωνό μας: 2310 445471.")) == []
    assert codes(letter_to(stamatis, "Τηλέφωνό μας ένα δύο τρία")) == []


def test_a_note_pasted_into_the_template_blocks_the_letter_of_its_person(stamatis):
    note(stamatis, "Τα Χριστούγεννα Τηλέφωνό μας 2310 445471 προυφ")

    assert codes(letter_to(stamatis, "Καλά Χριστούγεννα Τηλέφωνό μας 2310 445471 προυφ")) == ["private_note"]


def test_every_finding_has_words():
    facts = {"found": "x", "opening": "y", "fact": "quotable"}
    for name in _SENTENCES:
        code, _dot, variety = name.partition(".")
        said = finding_sentence(Finding(code, facts | {"why": variety, "kind": variety}))
        assert "%" not in said
        assert said.endswith((".", "”", "»"))
