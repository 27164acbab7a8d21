"""Each variable the settings read is described, and each described one is read."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READ_ELSEWHERE = {"PORT"}  # by `script/server`


def described() -> set[str]:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def read() -> set[str]:
    text = (ROOT / "greetings_crm" / "settings.py").read_text(encoding="utf-8")
    plain = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text))
    secrets = set(re.findall(r'secret\("([A-Z_]+)"', text))
    return plain | secrets | {f"{name}_FILE" for name in secrets}


def test_every_variable_is_described_and_every_description_is_true():
    assert read() | READ_ELSEWHERE == described()


def test_the_example_file_names_only_known_variables():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert set(re.findall(r"^#?([A-Z_]+)=", text, flags=re.MULTILINE)) <= described()
