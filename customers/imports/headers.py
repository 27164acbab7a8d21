"""What the columns of a list may be called, in Greek, Greeklish and English.

Common knowledge of what Greek invoicing programs, spreadsheets and address books write. A name is compared
without accents, case, spaces and punctuation ("Ημ/νία γέννησης" and "ΗΜ.ΝΙΑ ΓΕΝΝΗΣΗΣ" are one). To add a
column, add a line here.
"""

import functools
import re

import etiquette

# field -> names a column of it may bear. The first is the one that messages use.
CONTACT_HEADERS: dict[str, tuple[str, ...]] = {
    "code": (
        "ΚΩΔΙΚΟΣ", "ΚΩΔ", "ΚΩΔΙΚΟΣ ΠΕΛΑΤΗ", "ΚΩΔ ΠΕΛΑΤΗ", "ΚΩΔΙΚΟΣ ΣΥΝΑΛΛΑΣΣΟΜΕΝΟΥ",
        "ΚΩΔ ΣΥΝΑΛΛΑΣΣΟΜΕΝΟΥ", "KODIKOS", "CODE", "CUSTOMER CODE", "CUSTOMER ID", "CUSTOMER NO",
        "CUSTOMER NUMBER", "ACCOUNT", "ACCOUNT NO", "ID", "Α/Α ΠΕΛΑΤΗ", "ΚΩΔΙΚΟΣ ΠΕΛ", "ΚΩΔ ΠΕΛ",
    ),
    "name": (
        "ΕΠΩΝΥΜΙΑ", "ΟΝΟΜΑΤΕΠΩΝΥΜΟ", "ΟΝΟΜ/ΜΟ", "ΟΝΟΜΑ ΕΠΩΝΥΜΟ", "ΕΠΩΝΥΜΟ ΟΝΟΜΑ", "ΟΝΟΜΑ ΚΑΙ ΕΠΩΝΥΜΟ",
        "ΕΠΩΝΥΜΟ ΚΑΙ ΟΝΟΜΑ", "ΠΕΛΑΤΗΣ", "ΣΥΝΑΛΛΑΣΣΟΜΕΝΟΣ", "ONOMATEPONYMO", "EPONYMIA", "FULL NAME",
        "CUSTOMER", "CUSTOMER NAME", "CONTACT", "CONTACT NAME", "DISPLAY NAME",
        "NAME", "CLIENT", "CLIENT NAME", "ΟΝΟΜΑ ΠΕΛΑΤΗ", "ΕΠΩΝΥΜΙΑ ΠΕΛΑΤΗ", "ΟΝΟΜΑΤΕΠΩΝΥΜΟ ΠΕΛΑΤΗ", "ΟΝΟΜΑ/ΕΠΩΝΥΜΙΑ",
        "ΕΠΩΝΥΜΙΑ/ΟΝΟΜΑ", "ΕΠΩΝΥΜΙΑ/ΟΝΟΜΑΤΕΠΩΝΥΜΟ", "ΟΝΟΜΑΤΕΠΩΝΥΜΟ/ΕΠΩΝΥΜΙΑ",
    ),
    "first_name": (
        "ΟΝΟΜΑ", "ΜΙΚΡΟ ΟΝΟΜΑ", "ONOMA", "FIRST NAME", "FIRSTNAME", "GIVEN NAME", "FORENAME",
    ),
    "last_name": (
        "ΕΠΩΝΥΜΟ", "ΕΠΙΘΕΤΟ", "EPONYMO", "EPITHETO", "LAST NAME", "LASTNAME", "SURNAME", "FAMILY NAME",
    ),
    "company_name": (
        "ΕΤΑΙΡΕΙΑ", "ΕΤΑΙΡΙΑ", "ΔΙΑΚΡΙΤΙΚΟΣ ΤΙΤΛΟΣ", "ΕΠΩΝΥΜΙΑ ΕΠΙΧΕΙΡΗΣΗΣ", "ETAIRIA", "COMPANY",
        "COMPANY NAME", "ORGANISATION", "ORGANIZATION", "BUSINESS NAME",
    ),
    "tax_number": (
        "ΑΦΜ", "Α.Φ.Μ.", "ΑΦΜ ΠΕΛΑΤΗ", "ΑΡΙΘΜΟΣ ΦΟΡΟΛΟΓΙΚΟΥ ΜΗΤΡΩΟΥ", "AFM", "VAT", "VAT NUMBER",
        "VAT NO", "VAT ID", "TAX ID", "TAX NUMBER", "TIN",
    ),
    "email": (
        "EMAIL", "E-MAIL", "MAIL", "E-MAIL ADDRESS", "ΗΛΕΚΤΡΟΝΙΚΗ ΔΙΕΥΘΥΝΣΗ", "ΗΛ ΔΙΕΥΘΥΝΣΗ",
        "ΗΛΕΚΤΡΟΝΙΚΟ ΤΑΧΥΔΡΟΜΕΙΟ", "ΗΛ ΤΑΧΥΔΡΟΜΕΙΟ", "ΕΜΑΙΛ", "ΜΕΙΛ", "ΜΕΪΛ",
        "ΔΙΕΥΘΥΝΣΗ ΗΛΕΚΤΡΟΝΙΚΟΥ ΤΑΧΥΔΡΟΜΕΙΟΥ", "ΔΙΕΥΘΥΝΣΗ EMAIL", "EMAIL ΔΙΕΥΘΥΝΣΗ", "EMAIL ΠΕΛΑΤΗ", "CUSTOMER EMAIL",
        "EMAIL VALUE", "ΗΛΕΚΤΡ ΔΙΕΥΘΥΝΣΗ", "ΗΛ ΔΝΣΗ",
    ),
    "phone": (
        "ΤΗΛΕΦΩΝΟ", "ΤΗΛ", "ΤΗΛΕΦΩΝΑ", "ΣΤΑΘΕΡΟ", "ΣΤΑΘΕΡΟ ΤΗΛΕΦΩΝΟ", "ΤΗΛ ΟΙΚΙΑΣ", "ΤΗΛ ΕΡΓΑΣΙΑΣ",
        "TILEFONO", "PHONE", "PHONE NUMBER", "TELEPHONE", "TEL", "LANDLINE", "HOME PHONE", "WORK PHONE",
        "ΤΗΛΕΦΩΝΟ ΟΙΚΙΑΣ", "ΤΗΛΕΦΩΝΟ ΕΡΓΑΣΙΑΣ", "ΤΗΛΕΦΩΝΟ ΕΠΙΚΟΙΝΩΝΙΑΣ", "ΤΗΛ ΕΠΙΚΟΙΝΩΝΙΑΣ", "ΤΗΛΕΦΩΝΟ ΠΕΛΑΤΗ",
        "ΤΗΛΕΦΩΝΟ ΣΤΑΘΕΡΟ", "ΤΗΛ ΣΤΑΘΕΡΟ", "ΑΡΙΘΜΟΣ ΤΗΛΕΦΩΝΟΥ", "BUSINESS PHONE", "PHONE VALUE",
    ),
    "mobile": (
        "ΚΙΝΗΤΟ", "ΚΙΝΗΤΟ ΤΗΛΕΦΩΝΟ", "ΚΙΝ", "ΤΗΛ ΚΙΝΗΤΟ", "KINITO", "MOBILE", "MOBILE PHONE", "CELL", "ΤΗΛΕΦΩΝΟ ΚΙΝΗΤΟ",
        "CELL PHONE",
    ),
    "street": (
        "ΔΙΕΥΘΥΝΣΗ", "ΟΔΟΣ", "ΔΝΣΗ", "Δ/ΝΣΗ", "ΤΑΧΥΔΡΟΜΙΚΗ ΔΙΕΥΘΥΝΣΗ", "DIEYTHYNSI", "DIEFTHINSI",
        "ADDRESS", "STREET", "POSTAL ADDRESS", "STREET ADDRESS", "ADDRESS LINE 1", "ΟΔΟΣ ΚΑΙ ΑΡΙΘΜΟΣ", "ΟΔΟΣ ΑΡΙΘΜΟΣ",
        "HOME STREET", "BUSINESS STREET", "ADDRESS STREET",
    ),
    "street_number": (
        "ΑΡΙΘΜΟΣ", "ΑΡΙΘ", "ΑΡΙΘΜΟΣ ΟΔΟΥ", "STREET NUMBER", "STREET NO", "HOUSE NUMBER",
    ),
    "postcode": (
        "ΤΚ", "Τ.Κ.", "ΤΑΧ ΚΩΔΙΚΑΣ", "ΤΑΧΥΔΡΟΜΙΚΟΣ ΚΩΔΙΚΑΣ", "ΤΑΧ ΚΩΔ", "TK", "POSTCODE", "POSTAL CODE",
        "ZIP", "ZIP CODE", "HOME POSTAL CODE", "BUSINESS POSTAL CODE", "ADDRESS POSTAL CODE",
    ),
    "city": ("ΠΟΛΗ", "ΠΕΡΙΟΧΗ", "ΔΗΜΟΣ", "POLI", "CITY", "TOWN", "HOME CITY", "BUSINESS CITY", "ADDRESS CITY"),
    "birthday": (
        "ΗΜ/ΝΙΑ ΓΕΝΝΗΣΗΣ", "ΗΜΕΡΟΜΗΝΙΑ ΓΕΝΝΗΣΗΣ", "ΗΜ ΓΕΝΝΗΣΗΣ", "ΗΜΕΡΑ ΓΕΝΝΗΣΗΣ", "ΓΕΝΝΗΣΗ", "ΓΕΝΕΘΛΙΑ",
        "ΓΕΝΝΗΘΗΚΕ", "GENETHLIA", "BIRTHDAY", "BIRTH DATE", "BIRTHDATE", "DATE OF BIRTH", "DOB", "BORN",
    ),
    "category": (
        "ΚΑΤΗΓΟΡΙΑ", "ΚΑΤΗΓΟΡΙΑ ΠΕΛΑΤΗ", "ΤΥΠΟΣ", "ΕΙΔΟΣ ΠΕΛΑΤΗ", "ΟΜΑΔΑ", "KATIGORIA", "CATEGORY",
        "TYPE", "GROUP", "CUSTOMER TYPE",
    ),
    "register": (
        "ΕΝΙΚΟΣ/ΠΛΗΘΥΝΤΙΚΟΣ", "ΕΝΙΚΟΣ Η ΠΛΗΘΥΝΤΙΚΟΣ", "ΣΟΥ/ΣΑΣ", "ΣΟΥ Η ΣΑΣ", "ΠΡΟΣΦΩΝΗΣΗ ΣΕ", "ΜΙΛΑΜΕ ΣΤΟΝ",
        "ENIKOS PLITHYNTIKOS", "SINGULAR/PLURAL", "SINGULAR OR PLURAL", "REGISTER", "FORMALITY",
        "FORMAL/INFORMAL", "FORMAL OR INFORMAL",
    ),
    "owner": (
        # Not ΠΩΛΗΤΗΣ: who issued an invoice need not know them. A mapping may still say so.
        "ΥΠΕΥΘΥΝΟΣ", "ΥΠΕΥΘΥΝΟΣ ΠΕΛΑΤΗ", "ΥΠΕΥΘΥΝΗ", "ΤΟΝ ΦΡΟΝΤΙΖΕΙ", "ΤΟΝ ΞΕΡΕΙ", "YPEFTHINOS", "OWNER",
        "LOOKED AFTER BY", "ACCOUNT MANAGER", "ACCOUNT OWNER",
    ),
    "remarks": (
        "ΠΑΡΑΤΗΡΗΣΕΙΣ", "ΠΑΡΑΤΗΡΗΣΗ", "ΣΗΜΕΙΩΣΕΙΣ", "ΣΗΜΕΙΩΣΗ", "ΣΧΟΛΙΑ", "ΣΧΟΛΙΟ", "PARATIRISEIS",
        "SXOLIA", "NOTES", "NOTE", "REMARKS", "REMARK", "COMMENTS", "COMMENT", "MEMO",
    ),
    # Of our own lists out: who the row is, whatever else was changed in it.
    "person_key": ("ΑΝΑΓΝΩΡΙΣΤΙΚΟ", "IDENTIFIER"),
}  # fmt: skip

PURCHASE_HEADERS: dict[str, tuple[str, ...]] = {
    "document": (
        "ΑΡ.ΠΑΡΑΣΤΑΤΙΚΟΥ", "ΠΑΡΑΣΤΑΤΙΚΟ", "ΑΡΙΘΜΟΣ ΠΑΡΑΣΤΑΤΙΚΟΥ", "ΤΙΜΟΛΟΓΙΟ", "ΑΡ ΤΙΜΟΛΟΓΙΟΥ",
        "ΑΡΙΘΜΟΣ ΤΙΜΟΛΟΓΙΟΥ", "ΑΠΟΔΕΙΞΗ", "ΑΡ ΑΠΟΔΕΙΞΗΣ", "PARASTATIKO", "DOCUMENT", "DOCUMENT NUMBER",
        "DOCUMENT NO", "INVOICE", "INVOICE NUMBER", "INVOICE NO", "RECEIPT", "ORDER", "ORDER NUMBER",
        "ORDER NO",
    ),
    "date": (
        "ΗΜΕΡΟΜΗΝΙΑ", "ΗΜ/ΝΙΑ", "ΗΜΝΙΑ", "ΗΜΕΡ", "ΗΜΕΡΟΜΗΝΙΑ ΠΑΡΑΣΤΑΤΙΚΟΥ", "ΗΜ/ΝΙΑ ΠΑΡΑΣΤΑΤΙΚΟΥ",
        "ΗΜΕΡΟΜΗΝΙΑ ΕΚΔΟΣΗΣ", "IMEROMINIA", "DATE", "INVOICE DATE", "PURCHASE DATE", "ORDER DATE",
    ),
    "customer_code": (
        "ΚΩΔ.ΠΕΛΑΤΗ", "ΚΩΔΙΚΟΣ ΠΕΛΑΤΗ", "ΠΕΛΑΤΗΣ", "ΚΩΔΙΚΟΣ ΣΥΝΑΛΛΑΣΣΟΜΕΝΟΥ", "ΚΩΔ ΣΥΝΑΛΛΑΣΣΟΜΕΝΟΥ",
        "ΚΩΔΙΚΟΣ", "CUSTOMER", "CUSTOMER CODE", "CUSTOMER ID", "CUSTOMER NO", "CUSTOMER NUMBER", "CODE",
    ),
    "customer_email": ("EMAIL", "E-MAIL", "CUSTOMER EMAIL", "MAIL", "EMAIL ΠΕΛΑΤΗ"),
    "item": (
        "ΕΙΔΟΣ", "ΠΕΡΙΓΡΑΦΗ", "ΠΕΡΙΓΡΑΦΗ ΕΙΔΟΥΣ", "ΠΡΟΪΟΝ", "ΟΝΟΜΑ ΕΙΔΟΥΣ", "EIDOS", "ITEM", "PRODUCT",
        "DESCRIPTION", "PRODUCT NAME",
    ),
    "quantity": ("ΠΟΣΟΤΗΤΑ", "ΠΟΣ", "ΤΕΜΑΧΙΑ", "ΤΕΜ", "POSOTITA", "QUANTITY", "QTY"),
    "amount": (
        "ΑΞΙΑ", "ΠΟΣΟ", "ΣΥΝΟΛΟ", "ΣΥΝΟΛΙΚΗ ΑΞΙΑ", "ΚΑΘΑΡΗ ΑΞΙΑ", "ΤΕΛΙΚΗ ΑΞΙΑ", "AXIA", "POSO", "AMOUNT",
        "TOTAL", "VALUE", "LINE TOTAL", "ΤΕΛΙΚΟ ΠΟΣΟ", "ΠΛΗΡΩΤΕΟ", "ΑΞΙΑ ΜΕ ΦΠΑ", "ΣΥΝΟΛΟ ΜΕ ΦΠΑ",
        "ΑΞΙΑ ΓΡΑΜΜΗΣ",
    ),
    "currency": ("ΝΟΜΙΣΜΑ", "CURRENCY"),
}  # fmt: skip

# The column that a list of rows left out bears behind those of the file: words of ours, for whoever mends it.
REASON_HEADERS = ("ΓΙΑΤΙ", "WHY")
# What a column of people may become that is no field of ours: kept as it is, under its own name. Never guessed.
EXTRA = "extra"
# Several columns of these may stand side by side (EMAIL, EMAIL 2); of the others the first one counts.
SEVERAL_ALLOWED = frozenset({"email", "phone", "mobile", EXTRA})
REACH_FIELDS = ("email", "phone", "mobile", "street", "code")
NAME_FIELDS = ("name", "first_name", "last_name", "company_name")


# Behind a name and in brackets stands what it is measured in or which of several it is: ΑΞΙΑ (€), E-mail (1).
_IN_BRACKETS = re.compile(r"[(\[{<][^)\]}>]*[)\]}>]")
# No name of a column is longer; a remark or a title is.
_LONGEST_NAME = 60
_UNITS = ("σεευρω", "ευρω", "euro", "eur")


def header_key(header: str) -> str:
    """Return a column's name without accents, case, spaces, punctuation and numbers ("EMAIL 2", "3. Email" ->
    "email"). A name of nothing but numbers stays."""
    folded = etiquette.fold(header)
    letters = "".join(character for character in folded if character.isalpha())
    return letters or "".join(character for character in folded if character.isalnum())


@functools.cache
def _reason_keys() -> frozenset[str]:
    return frozenset(map(header_key, REASON_HEADERS))


def is_reason_header(header: str) -> bool:
    """Return whether a column holds the reasons we gave for leaving its rows out."""
    return header_key(header) in _reason_keys()


@functools.cache
def known_headers(list_kind: str) -> dict[str, str]:
    """Return {header key: field} for "contacts" or "purchases"."""
    table = CONTACT_HEADERS if list_kind == "contacts" else PURCHASE_HEADERS
    return {header_key(name): field for field, names in table.items() for name in names}


def field_called(header: str, list_kind: str) -> str:
    """Return which field a column of this name is, "" for an unknown name."""
    known = known_headers(list_kind)
    key = header_key(header)
    if not key or len(key) > _LONGEST_NAME:
        return ""
    if key not in known:
        key = header_key(_IN_BRACKETS.sub(" ", header))
    if key not in known:
        key = next((key.removesuffix(unit) for unit in _UNITS if key.endswith(unit)), key)
    return known.get(key, "")


def is_plain_name(header: str) -> bool:
    """Return whether the column is called just "name": the whole name, or beside a surname the first one."""
    return header_key(header) == "name"


def fields_of(list_kind: str) -> tuple[str, ...]:
    """Return what a column of such a list can become."""
    return (*CONTACT_HEADERS, EXTRA) if list_kind == "contacts" else tuple(PURCHASE_HEADERS)


def usual_header(list_kind: str, field: str) -> str:
    """Return the usual name of a column of `field`."""
    table = CONTACT_HEADERS if list_kind == "contacts" else PURCHASE_HEADERS
    return table[field][0]


def looked_for(list_kind: str, fields: tuple[str, ...]) -> str:
    """Return the usual names of `fields` for a message: "EMAIL, ΤΗΛΕΦΩΝΟ, …"."""
    return ", ".join(usual_header(list_kind, field) for field in fields)
