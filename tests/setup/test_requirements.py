"""The requirements: pinned, each with its reason, and no address of anybody's package index."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FILES = ("requirements.txt", "requirements-dev.txt")


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_is_pinned_and_says_why_it_is_here(name):
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()

    for before, line in zip(["", *lines], lines, strict=False):
        if not line or line.startswith(("#", "-r ")):
            continue
        assert re.match(r"[A-Za-z0-9_-]+==[0-9][^\s;]*(;[^#]*)?(\s+#|$)", line), line
        assert "# " in line or before.startswith("# "), line


@pytest.mark.parametrize("name", FILES)
def test_no_requirement_names_a_host(name):
    text = (PROJECT / name).read_text(encoding="utf-8")

    assert "://" not in text and "--index" not in text and "--find-links" not in text
