"""Secrets that a house makes for itself at its first start and keeps under `var/` (part of every backup)."""

import os
import secrets
from pathlib import Path


def kept_key(folder: Path, name: str) -> str:
    """Return the key kept in `folder/name`, making it (384 random bits, mode 600) when there is none yet.

    Several processes may start at once: the file is created exclusively, and whoever comes second reads it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            # link() refuses to replace an existing key: two first starts agree on one of the two.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
