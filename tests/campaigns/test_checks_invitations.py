"""Invitations and promises: sentences that bring people to the door, and those that only wish."""

import pytest

from campaigns.writing.checks import invitations_in

INVITES_IN_GREEK = """
Ο καφές είναι από εμάς.
ο καφές από εμάς, όποτε περάσεις
Σας περιμένουμε την παραμονή ως τις τρεις.
Περάστε να σας κεράσουμε.
Πέρνα μια βόλτα όποτε θέλεις.
Σε περιμένουμε την Παρασκευή.
Ελάτε να τα πούμε.
Είστε καλεσμένοι μας.
Ένα δώρο σας περιμένει στο μαγαζί.
Θα σας στείλουμε τον κατάλογο.
Σου φυλάμε ένα σακουλάκι εσπρέσο.
Σε κερνάμε τον πρώτο.
Υποσχόμαστε να το διορθώσουμε.
Περάστε την Παρασκευή.
Κερασμένος ο καφές σου.
"""
ONLY_WISHES_IN_GREEK = """
Χρόνια πολλά από εμάς.
Να περάσετε όμορφα τις γιορτές.
Περάστε όμορφες γιορτές.
Περάστε τις γιορτές με τους δικούς σας.
Πέρασε άλλος ένας χρόνος.
Γλυκό κεράσι, όπως το αγαπάτε.
Ο καφές σας μας λείπει.
Ελπίζουμε να σας δούμε σύντομα.
Σας ευχόμαστε ό,τι περιμένετε.
Ανυπομονούμε να τα πούμε.
Σας στέλνουμε τις ευχές μας.
Σας ευχαριστούμε για το δώρο σας.
"""
INVITES_IN_ENGLISH = """
Coffee is on us.
The first one's on us.
Drop by any day.
Come and see us on the eve.
We are expecting you until three.
You are invited to our table.
A gift is waiting for you at the shop.
We promise to mend it.
Do stop by before Sunday.
Please join us on Friday.
We have kept a bag of espresso for you.
"""
ONLY_WISHES_IN_ENGLISH = """
You can count on us.
Warm wishes from all of us.
May joy come to your home.
We hope to see you soon.
We look forward to seeing you again.
Another year has come round.
When you next come in, you will find us smiling.
"""


def lines(text: str) -> list[str]:
    return text.strip().split("\n")


@pytest.mark.parametrize("line", lines(INVITES_IN_GREEK))
def test_an_invitation_in_greek_is_seen(line):
    (found,) = invitations_in(line, "el")

    assert found.text and found.text in line


@pytest.mark.parametrize("line", lines(INVITES_IN_ENGLISH))
def test_an_invitation_in_english_is_seen(line):
    assert len(invitations_in(line, "en")) == 1


@pytest.mark.parametrize("line", lines(ONLY_WISHES_IN_GREEK))
def test_a_wish_in_greek_invites_nobody(line):
    assert invitations_in(line, "el") == []


@pytest.mark.parametrize("line", lines(ONLY_WISHES_IN_ENGLISH))
def test_a_wish_in_english_invites_nobody(line):
    assert invitations_in(line, "en") == []


def test_an_invitation_is_one_sentence_as_it_is_read_with_its_place():
    body = "{{ προσφώνηση }}\n\nχρόνια πολλά. [[ **Πιες** {{ το_συνηθισμένο }}· ο καφές από εμάς. ]] Να είσαι καλά."

    (found,) = invitations_in(body, "el")

    assert found.text == "Πιες …· ο καφές από εμάς."
    assert (found.line, body.split("\n")[2][found.column - 1 :][:6]) == (3, "Πιες**")


def test_the_stars_and_the_notes_of_an_author_are_no_invitation():
    assert invitations_in("{# σας περιμένουμε #}Χρόνια πολλά.", "el") == []
