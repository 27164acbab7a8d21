"""Which rows of a list bear a code, an address, a tax number or a phone: remembered of millions in little memory."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable


class Marks:
    """Marks (64-bit hashes) and whom each leads to, in the order they were added; 12 bytes each and 4 MB in all.

    Most marks of a list occur once: a table of bits says of those that they are new, and nothing is looked up.
    """

    _BITS = 1 << 25
    _HELD = 1 << 13  # marks that are held as objects before they go into arrays

    def __init__(self) -> None:
        self._bits = bytearray(self._BITS >> 3)
        self._latest: dict[int, int] = {}
        self._runs: list[tuple[array, array]] = []
        self._further: dict[int, list[int]] = {}

    def refs(self, mark: int) -> tuple[int, ...]:
        """Return whom a mark leads to, the first one first."""
        first = self._first(mark)
        return () if first is None else (first, *self._further.get(mark, ()))

    def any_met(self, marks: Iterable[int]) -> bool:
        """Return whether one of these marks may lead to somebody: False is certain, and quicker than looking up."""
        bits, last = self._bits, self._BITS - 1
        for mark in marks:  # noqa: SIM110
            if bits[(mark & last) >> 3] >> (mark & 7) & 1:
                return True
        return False

    def add_new(self, marks: Iterable[int], ref: int) -> None:
        """Let marks that `any_met` has not met lead to `ref`."""
        bits, last = self._bits, self._BITS - 1
        for mark in marks:
            bits[(mark & last) >> 3] |= 1 << (mark & 7)
            self._latest[mark] = ref
        if len(self._latest) >= self._HELD:
            self._put_away()

    def add_first(self, mark: int, ref: int) -> None:
        """Let a mark lead to `ref`, unless it leads to somebody already."""
        if self._first(mark) is None:
            self._add(mark, ref)

    def add(self, mark: int, ref: int) -> None:
        """Let a mark lead to `ref` too."""
        first = self._first(mark)
        if first is None:
            self._add(mark, ref)
        elif first != ref and ref not in self._further.setdefault(mark, []):
            self._further[mark].append(ref)

    def _first(self, mark: int) -> int | None:
        at = mark & self._BITS - 1
        if not self._bits[at >> 3] >> (at & 7) & 1:
            return None
        if (ref := self._latest.get(mark)) is not None:
            return ref
        for marks, refs in self._runs:
            place = bisect_left(marks, mark)
            if place < len(marks) and marks[place] == mark:
                return refs[place]
        return None

    def _add(self, mark: int, ref: int) -> None:
        at = mark & self._BITS - 1
        self._bits[at >> 3] |= 1 << (at & 7)
        self._latest[mark] = ref
        if len(self._latest) >= self._HELD:
            self._put_away()

    def _put_away(self) -> None:
        """Put the latest into a sorted run; runs of like length become one, so that there are few."""
        marks = array("q", sorted(self._latest))
        refs = _narrow(map(self._latest.__getitem__, marks))
        self._latest = {}
        while self._runs and len(self._runs[-1][0]) <= 2 * len(marks):
            marks, refs = _merged(self._runs.pop(), (marks, refs))
        self._runs.append((marks, refs))


def _narrow(refs: Iterable[int]) -> array:
    """Return the numbers in 4 bytes each where they fit: rows do, and nearly always ids."""
    wide = array("q", refs)
    try:
        return array("i", wide)
    except OverflowError:
        return wide


def _merged(one: tuple[array, array], other: tuple[array, array]) -> tuple[array, array]:
    """Return two sorted runs as one. It is made from behind in the arrays of the first: not twice in memory."""
    width = max(one[1].typecode, other[1].typecode)  # "q" where one of them is wide
    marks, refs = one[0], one[1] if one[1].typecode == width else array(width, one[1])
    end, left = len(marks), len(other[0])
    marks.extend(other[0])
    refs.extend(iter(other[1]))
    for mark, ref in zip(reversed(other[0]), reversed(other[1]), strict=True):
        place = bisect_left(marks, mark, 0, end)
        marks[place + left : end + left] = marks[place:end]
        refs[place + left : end + left] = refs[place:end]
        end, left = place, left - 1
        marks[place + left], refs[place + left] = mark, ref
    return marks, refs
