"""The proof-reader: what it sees, and above all where it keeps silent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.writing.starters import STARTERS
from etiquette.proofreading import CODES, proofread


def told(text: str, **options) -> list[tuple[str, str, str]]:
    return [(remark.code, remark.found, remark.suggestion) for remark in proofread(text, **options)]


@pytest.mark.parametrize(
    ("text", "found", "suggestion"),
    [
        ("Ελάτε στο κατάστημα μας.", "κατάστημα μας", "κατάστημά μας"),
        ("Τι κάνει η οικογένεια σας;", "οικογένεια σας", "οικογένειά σας"),
        ("Χρόνια πολλά για τα γενέθλια σας, με υγεία.", "γενέθλια σας", "γενέθλιά σας"),
        ("Το κατάστημα μας θα μείνει κλειστό.", "κατάστημα μας", "κατάστημά μας"),
        ("Το κατάστημα μας σου εύχεται χρόνια πολλά.", "κατάστημα μας", "κατάστημά μας"),
        ("Η οικογένεια μας σας σκέφτεται.", "οικογένεια μας", "οικογένειά μας"),
        ("Το όνομα σας είναι πολύ ωραίο.", "όνομα σας", "όνομά σας"),
        ("Άλλαξε το και πες μας.", "Άλλαξε το", "Άλλαξέ το"),
        ("Αλλαξε το.", "Αλλαξε το", "Άλλαξέ το"),
        ("Τηλεφώνησε μας αύριο.", "Τηλεφώνησε μας", "Τηλεφώνησέ μας"),
        ("Χαρήκαμε γράφοντας σας.", "γράφοντας σας", "γράφοντάς σας"),
        ("Πείτε του το.", "Πείτε του το", "Πείτε τού το"),
        ("Στείλτε μας τα και θα χαρούμε.", "Στείλτε μας τα", "Στείλτε μάς τα"),
        ("Το **πρόγραμμα** σας.", "πρόγραμμα** σας", "πρόγραμμά** σας"),
    ],
)
def test_a_second_accent_that_is_missing(text, found, suggestion):
    assert told(text) == [("second_accent_missing", found, suggestion)]


@pytest.mark.parametrize(
    ("text", "found", "suggestion"),
    [
        ("Η παραγγελίά σας έφτασε.", "παραγγελίά σας", "παραγγελία σας"),
        ("Τα κουλουράκιά σας.", "κουλουράκιά σας", "κουλουράκια σας"),
        ("Το κατάστημά είναι κλειστό.", "κατάστημά", "κατάστημα"),
        ("Δεν έίναι εδώ.", "έίναι", ""),
    ],
)
def test_a_second_accent_that_stands_in_vain(text, found, suggestion):
    assert told(text) == [("second_accent_unneeded", found, suggestion)]


@pytest.mark.parametrize(
    ("text", "found", "suggestion"),
    [
        ("Χαιρετίσματα σε όλη τη εταιρεία.", "τη εταιρεία", "την εταιρεία"),
        ("Στη πόλη μας.", "Στη πόλη", "Στην πόλη"),
        ("Φιλιά στην μητέρα σας.", "στην μητέρα", "στη μητέρα"),
        ("Για την δουλειά σας.", "την δουλειά", "τη δουλειά"),
        ("Ανοίγουμε το Μάρτιο.", "το Μάρτιο", "τον Μάρτιο"),
        ("Εδώ και ένα χρόνο.", "ένα χρόνο", "έναν χρόνο"),
        ("Ξέρουμε ότι δε έχετε ώρα.", "δε έχετε", "δεν έχετε"),
        ("Να μη ανησυχείτε.", "μη ανησυχείτε", "μην ανησυχείτε"),
    ],
)
def test_the_final_nu(text, found, suggestion):
    assert told(text) == [("final_nu", found, suggestion)]


@pytest.mark.parametrize(
    ("text", "found", "suggestion"),
    [
        ("Μιλήσαμε με ο Γιώργος.", "με ο Γιώργος", "με τον Γιώργο"),
        ("Ευχαριστούμε για ο καφές.", "για ο καφές", "για τον καφέ"),
        ("Δώσαμε τα κλειδιά στον Γιώργος.", "στον Γιώργος", "στον Γιώργο"),
        ("Ρωτήσαμε τον πελάτης.", "τον πελάτης", "τον πελάτη"),
        ("Ευχές από Γιώργος και Μαρία.", "από Γιώργος", "από Γιώργο"),
        ("Ευχές από οι φίλοι σας.", "από οι φίλοι", ""),
    ],
)
def test_a_nominative_after_a_preposition(text, found, suggestion):
    assert told(text) == [("bare_nominative", found, suggestion)]


def test_a_placeholder_that_is_no_accusative_does_not_fit_after_a_preposition():
    text = "Ένα δώρο για {{ όνομα }} από το {{ κατάστημα }}."

    assert told(text, bare={"όνομα"}) == [("bare_nominative", "για {{ όνομα }}", "")]
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "code", "found", "suggestion"),
    [
        ("Μια καλημερα.", "accent_missing", "καλημερα", ""),
        ("Γεια σου Αλεξανδρος.", "accent_missing", "Αλεξανδρος", "Αλέξανδρος"),
        ("Ένας κόσμοσ.", "sigma", "κόσμοσ", "κόσμος"),
        ("Ένας κόςμος.", "sigma", "κόςμος", ""),
        ("Kαλή χρονιά.", "look_alike", "Kαλή", "Καλή"),
        ("H εταιρεία.", "look_alike", "H", "Η"),
    ],
)
def test_letters_and_accents(text, code, found, suggestion):
    assert told(text) == [(code, found, suggestion)]


def test_the_words_of_the_other_register():
    formal = "Σου ευχόμαστε χρόνια πολλά. Να είσαι καλά και να τα εκατοστήσεις."
    informal = "Σας ευχόμαστε χρόνια πολλά. Να είστε καλά και να τα εκατοστήσετε."

    assert told(formal, manner="formal") == [
        ("mixed_register", "Σου", "Σας"),
        ("mixed_register", "είσαι", "είστε"),
        ("mixed_register", "εκατοστήσεις", ""),
    ]
    assert told(informal, manner="informal") == [
        ("mixed_register", "Σας", "Σου"),
        ("mixed_register", "είστε", "είσαι"),
        ("mixed_register", "εκατοστήσετε", ""),
    ]
    assert told(formal) == told(informal) == []


def test_without_a_register_the_rarer_one_is_remarked():
    text = "Σας ευχόμαστε υγεία. Χαιρόμαστε που σας βλέπουμε. Να είσαι καλά."

    assert told(text) == [("mixed_register", "είσαι", "είστε")]


@pytest.mark.parametrize(
    "text",
    [
        # «σας» before a verb is its object
        "Το κατάστημα σας περιμένει.",
        "Το κατάστημα σας εύχεται καλά Χριστούγεννα.",
        "Ο υπάλληλος σας εξυπηρέτησε με χαρά.",
        "Σήμερα σας γράφουμε όλοι.",
        "Τα γράμματα σας τα στείλαμε χθες.",
        "Το τηλέφωνο σας είναι γνωστό.",
        "Το πρόγραμμα μάς άρεσε.",
        # an article, not a pronoun
        "Το όνομα της Μαρίας και το κατάστημα του πατέρα μας.",
        "Άλλαξε το θέμα. Δώστε μας τα στοιχεία σας.",
        "Το σπίτι μου το καινούργιο.",
        # no second accent here
        "Η παραγγελία σας, τα λόγια σας, τα χρόνια σας, τα μάτια σας.",
        "Στα κεράσια σας.",
        "Το Σάββατό μας, με τα ποδήλατά τους.",
        "Άλλαξέ το, πείτε τού το, γράφοντάς σας.",
        # -ν
        "Την βλέπουμε συχνά. Τη Δευτέρα, την Τρίτη, τη χαρά σας.",
        "Δεν γνωρίζω. Δεν σας άξιζε. Μη φοβάστε. Για μη χειρότερα.",
        "Το καλό, το χαμόγελο, ένα γράμμα.",
        # cases
        "Με εκτίμηση,\nΟ Γιώργος",
        "Μέχρι ο καφές να γίνει.",
        "Στον λάθος άνθρωπο. Τον είδες. Τον κύριο Χαραλάμπους. Στον Τόμας.",
        # letters and accents
        "Μια φορά, για πάντα, ποιος, γεια σας, πιο καλά, δυο λόγια.",
        "Π.χ. στη Λεωφ. Κηφισίας 3, Κων/νος, το 2ο έτος, σ’ εσένα, απ’ όλους.",
        "ΚΑΛΑ ΧΡΙΣΤΟΥΓΕΝΝΑ με Wi-Fi και emailάκι.",
        "Ό,τι επιθυμείτε, ο Άρης, η Ναΐα, το ρολόι, η Μαΐου.",
        # markup is stepped over
        "https://example.gr/καλημερα [εδώ](https://example.gr/καταστημα) α@καλημερα.example `καλημερα`",
        "{{ ονομα }} {% if πολη %}καλά{% endif %} {# καλημερα #} [[ Χαιρόμαστε. ]]",
        # one person and the family around
        "Σου ευχόμαστε καλές γιορτές, να τις περάσετε όλοι μαζί όμορφα.",
        "Μας είπαν: «Σας ευχαριστώ». Σου στέλνουμε χαιρετίσματα.",
    ],
)
def test_right_sentences_are_left_in_peace(text):
    assert told(text) == []


@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.code)
def test_no_starter_gives_a_remark(starter):
    manner = "informal" if starter.register == "informal" else "formal"
    for text in (starter.subject, starter.body):
        assert told(text, language=starter.language, manner=manner, bare={"όνομα", "πόλη", "first_name"}) == []


def test_other_languages_are_read_for_letters_only():
    assert told("We greet the καταστημα μας in Οctober.", language="en") == [("look_alike", "Οctober", "October")]


def test_places_count_in_the_text_as_given_even_with_loose_accents():
    text = "Τό κατα\u0301στημα μας."

    (remark,) = proofread(text)

    assert text[remark.start : remark.end] == remark.found == "κατα\u0301στημα μας"
    assert remark.suggestion == "κατάστημά μας"


WORDS = (
    "το τη την στον στη κατάστημα κατάστημά οικογένεια παραγγελίά σας σου μας του της τους και για με ο η μητέρα "
    "εταιρεία Γιώργος κόσμοσ κόςμος καλημερα Kαλή H δε μη να είστε είσαι πείτε {{ όνομα }} {% if [[ ]] ** * , . « » "
    "https://α.gr 27 α’ χρόνο άλλαξε έχετε σοκολάτα \n"
)
PIECES = st.lists(st.sampled_from(WORDS.split(" ")), max_size=25).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=80), PIECES), language=st.sampled_from(["el", "en", "de"]))
def test_any_text_is_read_and_every_place_lies_inside(text, language):
    for remark in proofread(text, language=language, manner="informal", bare={"όνομα"}):
        assert remark.code in CODES
        assert 0 <= remark.start < remark.end <= len(text)
        assert text[remark.start : remark.end] == remark.found
        assert remark.found != remark.suggestion


@settings(max_examples=300, deadline=None)
@given(text=PIECES)
def test_what_was_mended_is_not_remarked_again(text):
    for code in ("second_accent_unneeded", "final_nu", "sigma", "look_alike", "second_accent_missing"):
        mended = text
        for remark in reversed([one for one in proofread(text) if one.code == code and one.suggestion]):
            mended = mended[: remark.start] + remark.suggestion + mended[remark.end :]
        again = [one for one in proofread(mended) if one.code == code and one.suggestion]
        assert not again, (code, text, mended)


@pytest.mark.parametrize(
    "piece", ["σας ", "{{", "](", "α@", "<a", "κατάστημα σας ", "α", "`", "[[", "όλοι σας ", "το το "]
)
def test_a_text_of_one_piece_over_and_over_is_read(piece):
    assert isinstance(proofread((piece * 20_000)[:20_000], manner="informal"), tuple)
