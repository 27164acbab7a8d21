"""The bytes of a list wherever they lie, in memory, in a file or in an upload: read piece by piece, never whole."""

import hashlib
import io
from collections.abc import Iterator
from typing import BinaryIO

_PIECE = 256 * 1024


class _Window(io.RawIOBase):
    """A reader with a place of its own in a file that others read too. Closing it leaves the file open."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("a place before the first byte")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:
        self._file.seek(self._at)
        read = self._file.read(len(buffer))
        buffer[: len(read)] = read
        self._at += len(read)
        return len(read)


class Source:
    """The bytes of one list. `size` is their number. The file it is made of stays open and is the caller's."""

    def __init__(self, data: bytes | BinaryIO) -> None:
        self._file: BinaryIO = io.BytesIO(data) if isinstance(data, bytes | bytearray | memoryview) else data
        self._file.seek(0, io.SEEK_END)
        self.size: int = self._file.tell()

    def open(self) -> io.BufferedReader:
        """Return a reader from the first byte on. Several may be read in turns."""
        return io.BufferedReader(_Window(self._file, self.size), _PIECE)

    def head(self, size: int) -> bytes:
        """Return the first `size` bytes, fewer when there are no more."""
        self._file.seek(0)
        return self._file.read(size)

    def tail(self, size: int) -> bytes:
        """Return the last `size` bytes, fewer when there are no more."""
        self._file.seek(max(0, self.size - size))
        return self._file.read(size)

    def pieces(self) -> Iterator[bytes]:
        """Yield all bytes in order, a piece at a time."""
        place = 0
        while True:
            self._file.seek(place)
            piece = self._file.read(_PIECE)
            if not piece:
                return
            place += len(piece)
            yield piece

    def digest(self) -> str:
        """Return the SHA-256 of the bytes in hexadecimal."""
        digest = hashlib.sha256()
        for piece in self.pieces():
            digest.update(piece)
        return digest.hexdigest()


# What a list may be given as.
Given = bytes | BinaryIO | Source


def source_of(data: Given) -> Source:
    """Return `data` as a `Source`: bytes, or a file open for reading bytes that can go back to its start."""
    return data if isinstance(data, Source) else Source(data)
