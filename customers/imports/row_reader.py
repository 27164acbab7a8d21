"""The rows of a list of people, read: cells become clean values, and what could not be used a note with its row,
column, value and hint. No database is read here.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import lru_cache

import etiquette
from customers.imports.cleaning import (
    are_clean,
    clean_code,
    clean_email,
    clean_person_key,
    clean_phone,
    clean_tax_number,
    clean_text,
    is_ordinary_email,
    number_at_home,
    says_nothing,
    split_emails,
    split_phones,
)
from customers.imports.errors import CellError, cell_note, shown
from customers.imports.incoming import Incoming
from customers.imports.manners import Manners, read_register
from customers.imports.mapping import Columns
from customers.imports.reading import UNREADABLE, Row
from customers.imports.remarks import read_remark
from customers.imports.values import clean_birthday
from customers.naming import name_fields

# Lengths of the columns of Contact; a longer cell is cut and said.
_MAX_LENGTH = {"raw_name": 300, "street": 200, "postcode": 12, "city": 120}
_NAME_COLUMNS = ("first_name", "last_name", "company_name", "name")
# What a row does with a category: roles of a contact, and a tag for what is no role. Keys are beginnings of
# folded words.
_CATEGORIES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("προμηθ", ("is_supplier",), ""),
    ("promith", ("is_supplier",), ""),
    ("supplier", ("is_supplier",), ""),
    ("vendor", ("is_supplier",), ""),
    ("συνεργατ", ("is_partner",), ""),
    ("partner", ("is_partner",), ""),
    ("φιλ", ("is_friend",), ""),
    ("friend", ("is_friend",), ""),
    ("χονδρικ", ("is_customer",), "Χονδρική"),
    ("χοντρικ", ("is_customer",), "Χονδρική"),
    ("xondrik", ("is_customer",), "Χονδρική"),
    ("wholesale", ("is_customer",), "Χονδρική"),
    ("λιανικ", ("is_customer",), ""),
    ("lianik", ("is_customer",), ""),
    ("retail", ("is_customer",), ""),
    ("πελατ", ("is_customer",), ""),
    ("customer", ("is_customer",), ""),
    ("χωρισ ιδιοτητα", (), ""),
    ("no role", (), ""),
)


_PHONES = ("phone", "mobile")
_FIELDS = (
    "person_key", "code", *_NAME_COLUMNS, "street", "street_number", "postcode", "city", "birthday", "tax_number",
    "category", "remarks", "register", "owner", *_PHONES,
)  # fmt: skip


class RowReader:
    """Reads the rows of one list. `order` is what the whole file does with names, `latest` the day of the
    import, `manners` what is said of everybody in it; `keep_delicate`: remarks on money and character stay too;
    `month_first`: the column of birthdays writes 12/31/1980."""

    def __init__(
        self,
        columns: Columns,
        order: str | None,
        latest: dt.date,
        manners: Manners,
        region: str = "GR",
        *,
        keep_delicate: bool = False,
        month_first: bool = False,
    ) -> None:
        self.columns, self._order, self._latest, self._manners = columns, order, latest, manners
        self._region, self._keep_delicate, self._month_first = region, keep_delicate, month_first
        self._cell = {field: columns.reader(field) for field in _FIELDS}
        self._extra = [(columns.headers[index], index) for index in columns.fields.get("extra", ())]
        self._told_manners = [
            (field, name, read)
            for field, name, read in (
                ("register", "register", read_register),
                ("owner", "owner_id", manners.colleagues.find),
            )
            if field in columns.fields
        ]
        self._has_manners = bool(self._told_manners or manners.as_facts())
        self._one_phone_each = all(len(columns.fields.get(slot, ())) <= 1 for slot in _PHONES)

    def read(self, row: Row, *, overlay: etiquette.Overlay | None = None) -> Incoming:
        """Return the row, understood. `overlay` holds what people decided about names written like these."""
        person, cells, cell = Incoming(row=row.number), row.cells, self._cell
        clean = _as_it_is if are_clean(cells) else clean_text
        if key := cell["person_key"](cells):
            person.person_key = clean_person_key(key)
        if code := cell["code"](cells):
            self._read_code(person, row, code)
        self._read_name(person, row, overlay, clean)
        self._read_emails(person, row)
        self._read_phones(person, row)
        self._read_place(person, row, clean)
        if born := cell["birthday"](cells):
            self._read_birthday(person, row, born)
        person.fields["tax_number"] = clean_tax_number(cell["tax_number"](cells))
        category = cell["category"](cells)
        person.roles, person.tag = roles_of(category)
        if person.name_remark or cell["remarks"](cells):
            self._read_remarks(person, row)
        if self._has_manners and person.greetable:
            self._read_manners(person, row, category)
        if self._extra:
            self._read_extra(person, row)
        if UNREADABLE in "".join(cells):
            unreadable = next(each for each in cells if UNREADABLE in each)
            person.note("letter_unreadable", value=shown(unreadable))
        return person

    def _read_code(self, person: Incoming, row: Row, cell: str) -> None:
        person.code = clean_code(cell)
        if not person.code and not says_nothing(cell):
            column = self.columns.header_of("code")
            person.notes.append(cell_note(CellError("code_rounded"), row=row.number, column=column, value=cell))

    def raw_name(self, row: Row) -> str:
        """Return the name of a row as the list wrote it."""
        return _raw_name(*self._name_cells(row, clean_text))

    def _name_cells(self, row: Row, clean: Callable[[str], str]) -> list[str]:
        return [clean(cell) if (cell := self._cell[name](row.cells)) else "" for name in _NAME_COLUMNS]

    def _read_name(
        self, person: Incoming, row: Row, overlay: etiquette.Overlay | None, clean: Callable[[str], str]
    ) -> None:
        first, last, company, whole = self._name_cells(row, clean)
        raw = _raw_name(first, last, company, whole)
        person.fields["raw_name"] = self._fitting(person, "raw_name", raw)
        person.as_written = shown(raw)
        reading = etiquette.describe(raw, order=self._order if whole else "name_first", overlay=overlay)
        person.names = name_fields(reading)
        person.greetable = reading.greetable or not raw
        # "ΙΩΑΝΝΟΥ ΜΑΡΙΑ (ΠΕΝΘΟΣ)": what stands in brackets behind a name is a remark like any other.
        person.name_remark = reading.remark
        if not raw:
            person.names |= {"kind": "person", "gender": "u", "name_confidence": 0.0}
            person.note("name_missing")
        elif not whole and reading.kind == "person":
            # Two columns leave no doubt which word is which; capitals still get their accents from the
            # reading.
            person.names |= {
                key: cell
                for key, cell in (("first_name", first[:120]), ("last_name", last[:160]))
                if cell and not cell.isupper()
            }
        if company and company != raw and not person.names["company_name"]:
            person.names["company_name"] = company[:200]
        if raw and reading.needs_review and person.greetable:
            person.note("name_unsure", name=shown(raw), reason=reading.reason, choices=", ".join(reading.choices))

    def _read_emails(self, person: Incoming, row: Row) -> None:
        for column, cell in self.columns.cells(row.cells, "email"):
            if is_ordinary_email(cell):
                person.emails.append(cell.lower() if cell.isupper() else cell)
                continue
            for text in split_emails(cell):
                try:
                    address = clean_email(text)
                except CellError as error:
                    person.notes.append(cell_note(error, row=row.number, column=column, value=text))
                    continue
                # A program wrote the whole address in capitals; a person who mixes them means it.
                person.emails.append(address.lower() if address.isupper() else address)

    def _read_phones(self, person: Incoming, row: Row) -> None:
        if self._one_phone_each and self._read_ordinary_phones(person, row):
            return
        spare = []
        for slot in _PHONES:
            for column, cell in self.columns.cells(row.cells, slot):
                for text in split_phones(cell):
                    try:
                        key = clean_phone(text, region=self._region)
                    except CellError as error:
                        # Kept as written: a person may see at once which digit is missing.
                        key = ""
                        person.notes.append(cell_note(error, row=row.number, column=column, value=text))
                    spare.append((slot, text[:40], key))
        for slot, text, key in spare:
            other = "mobile" if slot == "phone" else "phone"
            free = next((name for name in (slot, other) if name not in person.fields), "")
            if key and key in person.phone_keys.values():
                continue
            if not free:
                person.note("phone_no_room", value=text)
                continue
            person.fields[free] = text
            person.phone_keys[free] = key

    def _read_ordinary_phones(self, person: Incoming, row: Row) -> bool:
        """Return True when each column holds one plain number or nothing, and what they hold is read."""
        read = [
            (slot, cell, number_at_home(cell, region=self._region))
            for slot in _PHONES
            if (cell := self._cell[slot](row.cells))
        ]
        if not all(key for _slot, _cell, key in read) or (len(read) == 2 and read[0][2] == read[1][2]):
            return False
        for slot, cell, key in read:
            person.fields[slot] = cell
            person.phone_keys[slot] = key
        return True

    def _read_place(self, person: Incoming, row: Row, clean: Callable[[str], str]) -> None:
        cells, cell = row.cells, self._cell
        street, number = cell["street"](cells), cell["street_number"](cells)
        if number:
            street = f"{street} {number}"
        for name, text in (("street", street), ("postcode", cell["postcode"](cells)), ("city", cell["city"](cells))):
            if text and not says_nothing(text):
                person.fields[name] = self._fitting(person, name, clean(text))

    def _read_birthday(self, person: Incoming, row: Row, cell: str) -> None:
        if says_nothing(cell):
            return
        try:
            birthday = clean_birthday(cell, latest=self._latest, month_first=self._month_first)
        except CellError as error:
            column = self.columns.header_of("birthday")
            person.notes.append(cell_note(error, row=row.number, column=column, value=cell))
            return
        if birthday:
            person.fields |= {
                "birth_day": birthday.day,
                "birth_month": birthday.month,
                "birth_year": birthday.year,
            }

    def _read_remarks(self, person: Incoming, row: Row) -> None:
        cell = self._cell["remarks"](row.cells)
        said = [text for text in (person.name_remark, cell) if not says_nothing(text)]
        if not said:
            return
        remark = read_remark("\n".join(said), keep_all=self._keep_delicate)
        person.remark = remark.note
        person.flags = sorted(remark.flags)
        for flag in person.flags:
            person.note(flag, remark=shown(remark.note))
        if remark.left_out:
            # Its words are stored nowhere: the person may ask to see what we keep.
            person.note("remark_left_out")

    def _read_manners(self, person: Incoming, row: Row, category: str) -> None:
        """Take what the list says of how they are addressed and who looks after them; nobody else's word counts."""
        person.fields |= self._manners.of(category)
        for field, name, read in self._told_manners:
            cell = self._cell[field](row.cells)
            if says_nothing(cell):
                continue
            try:
                person.fields[name] = read(cell)
            except CellError as error:
                header = self.columns.header_of(field)
                person.notes.append(cell_note(error, row=row.number, column=header, value=cell))

    def _read_extra(self, person: Incoming, row: Row) -> None:
        """Keep the columns that nobody reads, by their name, as further facts."""
        texts = ((name, row.cells[index]) for name, index in self._extra if index < len(row.cells))
        if kept := {name: shown(text) for name, text in texts if not says_nothing(text)}:
            person.fields["extra"] = kept

    def _fitting(self, person: Incoming, name: str, text: str) -> str:
        limit = _MAX_LENGTH[name]
        if len(text) <= limit:
            return text
        person.note("text_too_long", column=self.columns.header_of(name), value=shown(text), limit=limit)
        return text[:limit]


def _as_it_is(cell: str) -> str:
    return cell


def _raw_name(first: str, last: str, company: str, whole: str) -> str:
    return whole or " ".join(filter(None, (first, last))) or company


@lru_cache(maxsize=1_000)
def roles_of(cell: str) -> tuple[tuple[str, ...], str]:
    """Return (Contact's role fields, tag) of a category: ΠΡΟΜΗΘΕΥΤΗΣ, ΧΟΝΔΡΙΚΗ, ΛΙΑΝΙΚΗ; an unknown one is
    a tag. "ΠΕΛΑΤΗΣ, ΦΙΛΟΣ" are both, when each of them is known."""
    text = clean_text(cell)
    if says_nothing(text):
        return ("is_customer",), ""
    known = [_known_category(part) for part in text.split(",")]
    if None in known:
        # "ΚΑΦΕ, ΖΑΧΑΡΗ" is one category with a comma in it.
        return _known_category(text) or (("is_customer",), text[:80])
    roles = dict.fromkeys(role for roles, _tag in known for role in roles)
    return tuple(roles), next((tag for _roles, tag in known if tag), "")


def _known_category(text: str) -> tuple[tuple[str, ...], str] | None:
    folded = etiquette.fold(text.strip())
    for beginning, roles, tag in _CATEGORIES:
        if folded.startswith(beginning):
            return roles, tag
    return None


def names_in(columns: Columns, rows: Iterable[Row]) -> Iterable[str]:
    """Yield the whole names of the rows, for learning which order the file keeps."""
    for row in rows:
        if name := clean_text(columns.cell(row.cells, "name")):
            yield name
