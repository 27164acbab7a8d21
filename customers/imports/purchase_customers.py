"""Whose an invoice is: by any code, then by e-mail address."""

from collections.abc import Iterable

from customers.addresses import email_key
from customers.bulk import find_rows
from customers.models import Contact, ContactCode

# Customers kept from one chunk to the next: some 10 MB.
MAX_KEPT = 50_000


class Customers:
    """Who a code or an e-mail address is. Codes of this source go before those of another; the erased are nobody."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._by_code: dict[str, int | None] = {}
        self._by_email: dict[str, int | None] = {}

    def load(self, *, codes: Iterable[str], email_keys: Iterable[str]) -> None:
        """Look up those that have not been met."""
        for kept in (self._by_code, self._by_email):
            if len(kept) > MAX_KEPT:
                kept.clear()
        self._load_codes(set(codes) - self._by_code.keys() - {""})
        self._load_emails(set(email_keys) - self._by_email.keys() - {""})

    def _load_codes(self, codes: set[str]) -> None:
        self._by_code |= dict.fromkeys(codes)
        found = find_rows(ContactCode, ("code", "source", "contact_id"), "code", codes)
        living = find_rows(Contact, ("id",), "id", {contact_id for *_rest, contact_id in found}, erased_at=None)
        alive = {contact_id for (contact_id,) in living}
        for code, source, contact_id in found:
            if contact_id in alive and (source == self._source or self._by_code[code] is None):
                self._by_code[code] = contact_id

    def _load_emails(self, keys: set[str]) -> None:
        self._by_email |= dict.fromkeys(keys)
        found = find_rows(Contact, ("email_key", "id"), "email_key", keys, erased_at=None)
        # Of several the oldest.
        self._by_email |= dict(reversed(found))

    def by_code(self, code: str) -> int | None:
        return self._by_code.get(code)

    def by_email(self, key: str) -> int | None:
        return self._by_email.get(key)

    def load_named(self, names: Iterable[str]) -> None:
        """Look up customers by what stands in their staged rows: a code, or an e-mail address."""
        names = list(names)
        self.load(codes=names, email_keys=[email_key(name) for name in names if "@" in name])

    def named(self, name: str) -> int | None:
        """Return who this code or e-mail address is."""
        return self._by_code.get(name) or (self._by_email.get(email_key(name)) if "@" in name else None)
