"""Codes of an import in words, made for the reader's language when somebody reads them.

Each sentence says what happened, to which thing, and what to do next.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from customers.imports.staging import TYPED_NOTES
from customers.imports.understanding import ENCODING_NAMES
from customers.reasons import choices_sentence, day_in_words, reason_sentence

# --- The whole file (ListError) ----------------------------------------------------------------------
LIST_SENTENCES: dict[str, str] = {
    "list_empty": gettext_noop("There is nothing in this file. Export the list again and choose that file."),
    "list_only_header": gettext_noop(
        "This file has column names and no rows below them. Export the list again with its rows."
    ),
    "list_is_picture": gettext_noop(
        "This file is a picture, whatever its name says. Choose the list that your program exports (CSV or XLSX)."
    ),
    "list_is_pdf": gettext_noop(
        "This file is a PDF, and its rows cannot be read surely. Choose the list that your program "
        "exports (CSV or XLSX)."
    ),
    "list_is_old_excel": gettext_noop(
        "This is an old Excel file (.xls), or one locked with a password. Open it, save it as .xlsx "
        "without a password and choose that file."
    ),
    "list_is_archive": gettext_noop("This file is a compressed folder. Unpack it and choose the list inside it."),
    "list_is_binary": gettext_noop(
        "This file is no list of text. Choose the list that your program exports (CSV or XLSX)."
    ),
    "list_is_other_sheet": gettext_noop(
        "This is a sheet of another program (.ods, .xlsb or .numbers). Open it there, save it as .xlsx or CSV and "
        "choose that file."
    ),
    "list_is_document": gettext_noop(
        "This is a document or a presentation, not a sheet. Copy its table into a spreadsheet, save that as .xlsx and "
        "choose it."
    ),
    "list_is_web_page": gettext_noop(
        "This file is a web page, even if it is called .xls or .csv. Open it in your spreadsheet program, save it as "
        ".xlsx or CSV and choose that file."
    ),
    "list_is_json": gettext_noop(
        "This file is data for programs (JSON), not a list of rows. Choose CSV or XLSX when you export."
    ),
    "list_is_vcard": gettext_noop(
        "This file is an address book's own kind (vCard or calendar). Choose CSV when you export your contacts."
    ),
    "list_sheets_hidden": gettext_noop(
        "Every sheet of this workbook that has something in it is hidden: %(sheets)s. Show it in your program, save "
        "and choose the file again."
    ),
    "list_row_too_long": gettext_noop(
        "Row %(row)s is longer than any row of a list: the file has no line ends, or a quotation mark opens in it and "
        "never closes. Export the list again."
    ),
    "encoding_unknown": gettext_noop("We do not know the letters “%(encoding)s”. We read: %(known)s."),
    "encoding_misfit": gettext_noop(
        "This file is not written in “%(encoding)s”: many letters cannot be read. Choose others, or leave it to us."
    ),
    "delimiter_unknown": gettext_noop(
        "“%(delimiter)s” cannot stand between the cells. Write one sign, such as a semicolon or a comma."
    ),
    "delimiter_missing": gettext_noop(
        "There is no “%(delimiter)s” in the first rows of this file. Choose another sign, or leave it to us."
    ),
    "sheet_unknown": gettext_noop(
        "There is no sheet “%(sheet)s” with something in it. The sheets of this file are: %(sheets)s."
    ),
    "header_row_unknown": gettext_noop(
        "Row %(row)s cannot name the columns: it is empty, or not in the file. Choose the row above the first person, "
        "or 0 when no row names them."
    ),
    "list_damaged": gettext_noop(
        "This workbook is damaged and cannot be opened. Open it in your program and save it again."
    ),
    "list_too_large": gettext_noop(
        "This file is %(size_mb)s MB large and we read at most %(limit_mb)s MB. Split the list into two files."
    ),
    "list_unpacks_too_large": gettext_noop(
        "This workbook would unpack to more than %(limit_mb)s MB. Save only the rows with people as "
        "CSV and choose that file."
    ),
    "list_too_wide": gettext_noop(
        "This list has %(columns)s columns and we read at most %(limit)s. Save only the columns you need."
    ),
    "list_quote_open": gettext_noop(
        'Row %(row)s: a quotation mark (") opens a cell and never closes. Close it or remove it, then'
        " choose the file again."
    ),
    "list_nothing_to_reach": gettext_noop(
        "This list has nothing to reach or recognise people by. We looked for a column named like: "
        "%(looked_for)s. The columns of the file are: %(found)s."
    ),
    "list_no_names": gettext_noop(
        "This list has no names. We looked for a column named like: %(looked_for)s. The columns of "
        "the file are: %(found)s."
    ),
    "purchases_no_header": gettext_noop(
        "The first row of this file does not name its columns. Write names above them, such as "
        "ΑΡ.ΠΑΡΑΣΤΑΤΙΚΟΥ, ΗΜΕΡΟΜΗΝΙΑ, ΚΩΔ.ΠΕΛΑΤΗ, ΕΙΔΟΣ, ΑΞΙΑ."
    ),
    "purchases_columns_missing": gettext_noop(
        "This list of invoices lacks columns. We looked for a column named like: %(looked_for)s. The "
        "columns of the file are: %(found)s."
    ),
    "mapping_unknown_field": gettext_noop(
        "The saved columns say that “%(column)s” is “%(field)s”: there is no such column in the file,"
        " or no such meaning."
    ),
    "file_gone": gettext_noop("The file of this list is not kept any more. Choose it again."),
    "rehearsal_failed": gettext_noop(
        "The rehearsal broke off because of a fault of ours. Try it again; if it breaks off once more, tell whoever "
        "looks after this house."
    ),
    "said_register_unknown": gettext_noop(
        "“%(value)s” is neither singular nor plural. Write for example “singular” or “plural”."
    ),
    "said_owner_unknown": gettext_noop("“%(value)s” is none of our colleagues. They are: %(colleagues)s."),
    "said_owner_of_several": gettext_noop(
        "“%(value)s” is the name of more than one colleague: %(colleagues)s. Write the user name."
    ),
    "mapping_not_json": gettext_noop(
        "%(file)s does not hold columns and their meaning. Write for example {“ΕΠΩΝΥΜΙΑ”: “name”}."
    ),
}

# --- One cell (CellError): without a hint, and with one
# ------------------------------------------------------------
CELL_SENTENCES: dict[str, tuple[str, str]] = {
    "email_blank_inside": (
        gettext_noop("Row %(row)s: there is a blank inside the e-mail address “%(value)s”. Ask for the address."),
        gettext_noop("Row %(row)s: there is a blank inside the e-mail address “%(value)s”. Is it %(hint)s?"),
    ),
    "email_no_at": (
        gettext_noop("Row %(row)s: “%(value)s” has no @, so it is no e-mail address. Ask for the address."),
        gettext_noop("Row %(row)s: “%(value)s” has no @, so it is no e-mail address. Is it %(hint)s?"),
    ),
    "email_no_name": (
        gettext_noop("Row %(row)s: the e-mail address “%(value)s” has nothing before the @."),
        "",
    ),
    "email_no_domain": (
        gettext_noop("Row %(row)s: the e-mail address “%(value)s” has nothing after the @."),
        "",
    ),
    "email_two_ats": (gettext_noop("Row %(row)s: the e-mail address “%(value)s” has more than one @."), ""),
    "email_strange_letter": (
        gettext_noop("Row %(row)s: the e-mail address “%(value)s” holds a letter that is not Latin."),
        gettext_noop("Row %(row)s: the e-mail address “%(value)s” holds “%(hint)s”, which is not a Latin letter."),
    ),
    "email_bad_name": (
        gettext_noop("Row %(row)s: the part of “%(value)s” before the @ is no e-mail name."),
        "",
    ),
    "email_too_long": (gettext_noop("Row %(row)s: the e-mail address “%(value)s” is too long to exist."), ""),
    "email_dots": (
        gettext_noop("Row %(row)s: the e-mail address “%(value)s” has a dot too many after the @."),
        "",
    ),
    "email_bad_domain": (gettext_noop("Row %(row)s: the part of “%(value)s” after the @ is no domain."), ""),
    "phone_no_digits": (gettext_noop("Row %(row)s: “%(value)s” is no phone number."), ""),
    "code_rounded": (
        gettext_noop(
            "Row %(row)s: “%(value)s” is a number that a spreadsheet has shortened, and no code any more. Make the "
            "column text there and write the codes again."
        ),
        "",
    ),
    "phone_rounded": (
        gettext_noop(
            "Row %(row)s: “%(value)s” is a number that a spreadsheet has shortened; its last digits are gone. Make the "
            "column text there and write the phone again."
        ),
        "",
    ),
    "phone_too_short": (
        gettext_noop("Row %(row)s: the phone “%(value)s” has too few digits. We keep it as it is written."),
        "",
    ),
    "phone_too_long": (
        gettext_noop("Row %(row)s: the phone “%(value)s” has too many digits. We keep it as it is written."),
        "",
    ),
    "phone_invalid": (
        gettext_noop("Row %(row)s: no phone begins like “%(value)s”. We keep it as it is written."),
        "",
    ),
    "date_invalid": (gettext_noop("Row %(row)s: “%(value)s” is not a date. Write it like 31/12/1980."), ""),
    "date_month_first": (
        gettext_noop("Row %(row)s: “%(value)s” is not a date. Write it like 31/12/1980."),
        gettext_noop("Row %(row)s: “%(value)s” is not a date. Write %(hint)s."),
    ),
    "date_doubtful": (
        gettext_noop(
            "Row %(row)s: “%(value)s” can be read in two ways, because others of its column write the month first. "
            "Write it like 31/12/1980."
        ),
        "",
    ),
    "date_impossible": (gettext_noop("Row %(row)s: there is no day “%(value)s” in the calendar."), ""),
    "date_no_year": (
        gettext_noop("Row %(row)s: the date “%(value)s” has no year."),
        gettext_noop("Row %(row)s: the date “%(value)s” has no year. Write for example %(hint)s."),
    ),
    "date_day_number": (
        gettext_noop("Row %(row)s: “%(value)s” is a spreadsheet's number of a day. Write the date."),
        gettext_noop("Row %(row)s: “%(value)s” is a spreadsheet's number of a day. Write %(hint)s."),
    ),
    "date_too_early": (gettext_noop("Row %(row)s: “%(value)s” is before 1900."), ""),
    "date_in_future": (gettext_noop("Row %(row)s: “%(value)s” has not come yet."), ""),
    "number_invalid": (
        gettext_noop("Row %(row)s: “%(value)s” is not a number."),
        gettext_noop("Row %(row)s: “%(value)s” is not a number. Write it like %(hint)s."),
    ),
    "register_unknown": (
        gettext_noop(
            "Row %(row)s: “%(value)s” is neither singular nor plural. Write for example “singular” or “plural”."
        ),
        "",
    ),
    "owner_unknown": (
        gettext_noop("Row %(row)s: “%(value)s” is none of our colleagues. Nobody is put down for it."),
        gettext_noop("Row %(row)s: “%(value)s” is none of our colleagues. They are: %(hint)s."),
    ),
    "owner_of_several": (
        gettext_noop("Row %(row)s: “%(value)s” is the name of more than one colleague. Write the user name."),
        gettext_noop("Row %(row)s: “%(value)s” is the name of more than one colleague: %(hint)s. Write the user name."),
    ),
    "number_too_large": (
        gettext_noop("Row %(row)s: “%(value)s” is too large for an amount. Is it in the right column?"),
        "",
    ),
}

# --- One row ----------------------------------------------------------------------
ROW_SENTENCES: dict[str, str] = {
    "nothing_to_reach": gettext_noop(
        "Neither e-mail, phone, postal address nor code: there is no way to reach or recognise this person."
    ),
    "same_code": gettext_noop("The same code as %(other)s."),
    "same_tax_number": gettext_noop("The same ΑΦΜ and name as %(other)s: one contact keeps both codes."),
    "same_email": gettext_noop("The same e-mail and name as %(other)s: one contact."),
    "same_person_key": gettext_noop("Our own identifier of %(other)s."),
    "same_phone": gettext_noop("The same phone and name as %(other)s: one contact."),
    "not_greeted": gettext_noop("Comes in and is never greeted: %(kind)s."),
    "email_of_another": gettext_noop(
        "The e-mail %(value)s belongs to %(other)s, who has another name or ΑΦΜ. Comes in without it: whose is it?"
    ),
    "tax_number_of_another": gettext_noop("The same ΑΦΜ as %(other)s under another name. Are they one?"),
    "code_of_another": gettext_noop(
        "The code %(value)s belongs to %(other)s, who has another name. Comes in without it."
    ),
    "person_key_of_another": gettext_noop("The identifier of this row is that of %(other)s. Are they one?"),
    "maybe_same_person": gettext_noop(
        "The same name and phone or e-mail as %(other)s, and something differs. Are they one?"
    ),
    "name_missing": gettext_noop("There is no name in this row. Ask for it."),
    "mourning": gettext_noop("The remark speaks of mourning: no wishes until somebody has looked."),
    "deceased": gettext_noop("The remark speaks of a death: no letters until somebody has looked."),
    "complaint": gettext_noop("The remark speaks of a complaint: no wishes until the case is solved."),
    "no_letters": gettext_noop("The remark says: no letters. None will go until somebody has looked."),
    "remark_left_out": gettext_noop(
        "A remark on money or character was left out: the person may ask to see what we keep."
    ),
    "suppressed": gettext_noop(
        "%(value)s asked us not to write, or cannot be written to, since %(since)s. That stays."
    ),
    "letter_unreadable": gettext_noop("A letter of this row cannot be read: “%(value)s”. Look at it in your program."),
    "phone_no_room": gettext_noop("The phone %(value)s found no room beside the other two."),
    "text_too_long": gettext_noop("“%(value)s” is longer than %(limit)s letters and was cut."),
    "typed_kept": gettext_noop("A colleague typed %(fields)s: that stays as it is."),
    "typed_written": gettext_noop("A colleague typed %(fields)s: the list writes over it."),
    "contact_gone": gettext_noop("The contact this row would join is gone since the rehearsal."),
    "code_taken_since": gettext_noop("Somebody got this code since the rehearsal."),
    "document_missing": gettext_noop("This line has no document number, so it could come in twice."),
    "document_known": gettext_noop("The document %(document)s is here already. Nothing changes."),
    "document_incomplete": gettext_noop(
        "Row %(other_row)s of the document %(document)s cannot be read. The document comes in whole or not at all."
    ),
    "document_two_heads": gettext_noop(
        "The document %(document)s has two customers or two dates (see row %(other_row)s)."
    ),
    "customer_unknown": gettext_noop("Nobody has the code or e-mail “%(value)s”. Bring the list of customers first."),
    "customer_gone": gettext_noop("The customer “%(value)s” is gone since the rehearsal."),
    "kept_changed_since": gettext_noop("Stays as it is: somebody has changed this contact since."),
    "kept_used_since": gettext_noop("Stays: purchases, letters or notes refer to this contact."),
}

# --- The whole import (ApplyError) ----------------------------------------------------------------------
APPLY_SENTENCES: dict[str, str] = {
    "another_running": gettext_noop("Another list is coming in just now. Try again when it is done."),
    "not_rehearsed": gettext_noop("There is nothing to do for this list in its present state."),
    "rehearsal_outdated": gettext_noop(
        "“%(file)s” came in after this rehearsal, so it may no longer be right. Choose the file again."
    ),
    "stopped": gettext_noop("This import was stopped or taken over elsewhere. Look at its page."),
    "not_running": gettext_noop("There was nothing to stop: the work on this list is over."),
    "not_received": gettext_noop("This list is past its rehearsal, or somebody is just rehearsing it."),
    "not_rehearsing": gettext_noop("There was nothing to stop: the rehearsal of this list is over."),
    "rehearsal_stopped": gettext_noop("This rehearsal was stopped or taken over elsewhere. Look at its page."),
}

FIELD_NAMES: dict[str, str] = {
    "code": gettext_noop("code"),
    "name": gettext_noop("surname and first name"),
    "raw_name": gettext_noop("name as the list wrote it"),
    "first_name": gettext_noop("first name"),
    "last_name": gettext_noop("surname"),
    "company_name": gettext_noop("company"),
    "tax_number": gettext_noop("tax number (ΑΦΜ)"),
    "email": gettext_noop("e-mail"),
    "phone": gettext_noop("phone"),
    "mobile": gettext_noop("mobile"),
    "street": gettext_noop("street and number"),
    "street_number": gettext_noop("number"),
    "postcode": gettext_noop("postcode"),
    "city": gettext_noop("city"),
    "birthday": gettext_noop("birthday"),
    "category": gettext_noop("category"),
    "register": gettext_noop("singular or plural"),
    "owner": gettext_noop("looked after by"),
    "remarks": gettext_noop("private note"),
    "person_key": gettext_noop("our own identifier"),
    "extra": gettext_noop("a further fact, under this name"),
    "document": gettext_noop("document number"),
    "date": gettext_noop("date"),
    "customer_code": gettext_noop("code of the customer"),
    "customer_email": gettext_noop("e-mail of the customer"),
    "item": gettext_noop("item"),
    "quantity": gettext_noop("quantity"),
    "amount": gettext_noop("amount"),
    "currency": gettext_noop("currency"),
}


def list_sentence(code: str, facts: Mapping[str, Any]) -> str:
    """Return the words for a `ListError`."""
    if "encoding" in facts:
        facts = {**facts, "encoding": ENCODING_NAMES.get(facts["encoding"], facts["encoding"])}
    return _(LIST_SENTENCES[code]) % facts


def apply_sentence(code: str, facts: Mapping[str, Any]) -> str:
    """Return the words for an `ApplyError`."""
    return _(APPLY_SENTENCES[code]) % facts


def row_sentence(code: str, facts: Mapping[str, Any], *, names: Mapping[int, str] | None = None) -> str:
    """Return the words for a reason or note of a row; `names` ({contact id: name}) tells who the other one
    is."""
    if not code:
        return ""
    if code in CELL_SENTENCES:
        plain, with_hint = CELL_SENTENCES[code]
        return _(with_hint if with_hint and facts.get("hint") else plain) % facts
    if code == "name_unsure":
        return _name_unsure(facts)
    if code not in ROW_SENTENCES:
        return reason_sentence(code, facts)
    known = dict(facts)
    known["other"] = _other(facts, names or {})
    if known.get("since"):
        known["since"] = day_in_words(known["since"])
    if code in TYPED_NOTES:
        known["fields"] = fields_in_words(facts.get("fields", ()))
    if code == "not_greeted":
        known["kind"] = reason_sentence(str(facts.get("kind", "")))
    return _(ROW_SENTENCES[code]) % known


def _name_unsure(facts: Mapping[str, Any]) -> str:
    choices = [choice for choice in str(facts.get("choices", "")).split(", ") if choice]
    return choices_sentence(choices) or _("The name is not sure: %(reason)s.") % {
        "reason": reason_sentence(str(facts.get("reason", "")))
    }


def _other(facts: Mapping[str, Any], names: Mapping[int, str]) -> str:
    if facts.get("other_row") and facts.get("file"):
        return _("row %(row)s of %(file)s") % {"row": facts["other_row"], "file": facts["file"]}
    if facts.get("other_row"):
        return _("row %(row)s") % {"row": facts["other_row"]}
    if name := names.get(facts.get("other_contact") or 0):
        return name
    return _("somebody we know")


def fields_in_words(fields: Iterable[str]) -> str:
    """Return the names of fields of a contact, each once, with commas."""
    names = (field_name(name.removesuffix("_id")) for name in fields)
    return ", ".join(dict.fromkeys(filter(None, names)))


def field_name(field: str) -> str:
    """Return what a column becomes, in words; "" for a column that is left out."""
    return _(FIELD_NAMES[field]) if field in FIELD_NAMES else ""
