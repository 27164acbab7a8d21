import pytest

from customers.imports.remarks import read_remark


@pytest.mark.parametrize(
    ("remark", "flags"),
    [
        ("ΠΕΝΘΟΣ ΑΠΟ ΣΕΠΤΕΜΒΡΙΟ", {"mourning"}),
        ("έχασε τον άντρα της", {"mourning"}),
        ("πέθανε η μητέρα του", {"mourning"}),
        ("penthos", {"mourning"}),
        ("in mourning since May", {"mourning"}),
        ("ΑΠΕΒΙΩΣΕ", {"deceased"}),
        ("apeviose to 2024", {"deceased"}),
        ("passed away", {"deceased"}),
        ("ΠΑΡΑΠΟΝΟ ΓΙΑ ΚΑΘΥΣΤΕΡΗΣΗ", {"complaint"}),
        ("parapona gia tin timi", {"complaint"}),
        ("ΟΧΙ MAIL", {"no_letters"}),
        ("Όχι e-mail", {"no_letters"}),
        ("δεν θέλει διαφημίσεις", {"no_letters"}),
        ("να μην του στέλνετε τίποτα", {"no_letters"}),
        ("oxi email", {"no_letters"}),
        ("ΔΕΝ ΕΠΙΘΥΜΕΙ", {"no_letters"}),
        ("please do not contact", {"no_letters"}),
        ("Πένθος. Όχι mail", {"mourning", "no_letters"}),
        ("ΠΑΝΤΑ ΜΕΤΡΙΟ ΧΩΡΙΣ ΓΑΛΑ", set()),
        ("ΘΕΛΕΙ ΤΙΜΟΛΟΓΙΟ ΠΑΝΤΑ", set()),
        ("δύο παιδιά", set()),
        ("τρελαίνεται για εσπρέσο", set()),
        ("", set()),
    ],
)
def test_stop_signs_are_found_in_greek_greeklish_and_english(remark, flags):
    assert read_remark(remark).flags == flags


@pytest.mark.parametrize("remark", ["ΑΡΓΕΙ ΝΑ ΠΛΗΡΩΣΕΙ", "κακοπληρωτής", "γκρινιάρης", "owes us money", "xrostaei"])
def test_what_is_said_of_money_or_character_is_not_kept(remark):
    read = read_remark(remark)

    assert (read.note, read.left_out) == ("", remark)


def test_only_the_part_on_money_is_left_out():
    read = read_remark("Παράπονο για τιμές, κακοπληρωτής")

    assert (read.flags, read.note, read.left_out) == ({"complaint"}, "Παράπονο για τιμές", "κακοπληρωτής")


def test_a_remark_that_is_kept_is_kept_as_it_is_written():
    assert read_remark("ΔΥΟ ΠΑΙΔΙΑ, ΤΟ ΜΙΚΡΟ ΛΕΓΕΤΑΙ ΝΙΚΟΛΑΣ").note == "ΔΥΟ ΠΑΙΔΙΑ, ΤΟ ΜΙΚΡΟ ΛΕΓΕΤΑΙ ΝΙΚΟΛΑΣ"
