"""Selling in a wish: what is surely an offer, what is none, and what may be a figure."""

import pytest

from campaigns.writing.checks import sells

SELLS_IN_GREEK = """
Μόνο 12,90 € το κιλό ως την Πρωτοχρονιά.
Έκπτωση 20% σε όλα τα είδη.
-20% σε όλους τους καφέδες.
ΕΚΠΤΩΣΕΙΣ ως το Σάββατο.
Μια προσφορά μόνο για σένα.
Δείτε τις προσφορές μας.
Το κουπόνι σας λήγει στις 31/12.
Δώρο με κάθε αγορά.
Ένα δώρο για αγορές άνω των 30.
1+1 σε όλα τα γλυκά.
Δωρεάν μεταφορικά ως τα Φώτα.
Σε τιμή γνωριμίας ο νέος μας καφές.
Σε προνομιακή τιμή για τους πελάτες μας.
Παραγγείλτε τώρα στο eshop μας.
Αγοράστε δύο, πληρώστε ένα.
Δείτε τα στο https://kafes.example/products?utm_source=wish
Επωφεληθείτε από τη γιορτή.
Ο κωδικός έκπτωσης είναι XMAS.
Black Friday και στο μαγαζί μας.
Κερδίστε διπλούς πόντους.
Ο καφές τώρα 3 ευρώ.
Στη μισή τιμή ως την Κυριακή.
Νέες αφίξεις στα ράφια μας.
"""
SELLS_IN_ENGLISH = """
20% off everything this week.
Buy now and save up to 30.
A special offer for you.
Use the voucher before Friday.
The winter sale begins.
Only €12.90 a kilo.
Free shipping until Sunday.
A gift card with every purchase.
Visit www.kafes.example/offers today.
Our best prices of the year.
Great deals on coffee.
Order online today.
"""
WISHES_IN_GREEK = """
σου προσφέρουμε τις ευχές μας.
Ένα μικρό δώρο για σένα.
Σας ευχαριστούμε για την προσφορά σας στην κοινωνία.
Είναι τιμή μας που μας εμπιστεύεστε.
Μας τιμάτε επτά χρόνια.
Με τιμή, η οικογένεια Παππά.
Χαιρόμαστε για τις παραγγελίες σας.
Στις 25 Δεκεμβρίου είμαστε κλειστά.
Ξεκινήσαμε το 2019 με 12 πελάτες.
Κάθε αγορά σας μας θυμίζει ότι μας εμπιστεύεστε.
Να ανοίξετε το δώρο με χαρά.
Η ομάδα σας κέρδισε την καρδιά μας.
Το κατάστημά μας κλείνει δέκα χρόνια.
Πέρυσι παρήγγειλες σοκολάτα για τη μητέρα σου.
Ευχόμαστε να κερδίσετε ό,τι ονειρεύεστε.
Η συλλογή σας από δίσκους μάς θυμίζει τα παλιά.
Την κάρτα σας την έχουμε στον τοίχο.
Γράψτε μας στο https://kafes.example/epafi όποτε θέλετε.
Τον λογαριασμό τον θυμάμαι ακόμη: {{ τόσα_χρόνια }} πριν.
{% set sale = 12 %}Να είστε καλά.
"""
WISHES_IN_ENGLISH = """
We offer you our warmest wishes.
Congratulations on your promotion to captain.
We think of you a great deal.
Our sales team joins me in wishing you well.
A small gift for your table.
You order the same coffee every Friday, and we smile.
Save a seat for us at the table.
Peace is beyond price.
We hope the new year brings you all you wish for.
It was a bargain with the weather that let us open.
"""
LIKE_A_PRICE = """
Το 20% των εσόδων πάει στο Χαμόγελο.
Φέτος συγκεντρώσαμε 500 ευρώ για το νοσοκομείο.
Είμαστε 100% σίγουροι ότι θα περάσετε όμορφα.
"""


def lines(text: str) -> list[str]:
    return text.strip().split("\n")


def codes(body: str, language: str) -> set[str]:
    return {found.code for found in sells(subject="", body=body, language=language)}


@pytest.mark.parametrize("line", lines(SELLS_IN_GREEK))
def test_an_offer_in_greek_is_seen(line):
    assert "selling" in codes(line, "el")


@pytest.mark.parametrize("line", lines(SELLS_IN_ENGLISH))
def test_an_offer_in_english_is_seen_in_either_letter(line):
    assert "selling" in codes(line, "en")
    assert "selling" in codes(line, "el")


@pytest.mark.parametrize("line", lines(WISHES_IN_GREEK))
def test_a_wish_in_greek_is_no_offer(line):
    assert codes(line, "el") == set()


@pytest.mark.parametrize("line", lines(WISHES_IN_ENGLISH))
def test_a_wish_in_english_is_no_offer(line):
    assert codes(line, "en") == set()


@pytest.mark.parametrize("line", lines(LIKE_A_PRICE))
def test_a_figure_that_may_be_a_price_is_shown_but_wants_no_reason(line):
    assert codes(line, "el") == {"price_like"}


def test_each_offer_is_told_once_with_its_place_and_its_own_words():
    body = "Χρόνια πολλά.\n\nΈΚΠΤΩΣΗ 20% ως το Σάββατο."

    found = sells(subject="Προσφορά για εσάς", body=body, language="el")

    assert [(each.found, each.start) for each in found if each.code == "selling"] == [("Προσφορά", 0), ("ΈΚΠΤΩΣΗ", 15)]
    assert body[found[1].start : found[1].end] == "ΈΚΠΤΩΣΗ"
