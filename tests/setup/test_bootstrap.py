"""script/_lib.sh in a real shell: which Python it takes, when it installs, what it says when it cannot."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A project folder with a blank in its name and nothing but what the bootstrap reads."""
    folder = tmp_path / "my clone"
    (folder / "script").mkdir(parents=True)
    shutil.copy(PROJECT / "script" / "_lib.sh", folder / "script")
    (folder / "requirements.txt").write_text("# nothing\n")
    (folder / "requirements-dev.txt").write_text("-r requirements.txt\n")
    return folder


def program(folder: Path, name: str, body: str) -> Path:
    """Write an executable shell script and return the folder it lies in."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return folder


def shell(clone: Path, command: str, *first_on_path: Path) -> subprocess.CompletedProcess[str]:
    folders = [*map(str, first_on_path), os.environ["PATH"]]
    return subprocess.run(
        ["sh", "-euc", f'root=$PWD; . "$root/script/_lib.sh"; {command}'],
        cwd=clone,
        env={"PATH": os.pathsep.join(folders), "HOME": ""},
        capture_output=True,
        text=True,
    )


def test_a_python_that_does_not_run_or_is_too_old_is_passed_over(clone, tmp_path):
    broken = program(tmp_path / "broken", "python3.13", "exit 127")
    old = program(tmp_path / "old", "python3.13", "exit 1")
    good = program(tmp_path / "good", "python3.13", f'exec "{sys.executable}" "$@"')

    found = shell(clone, "find_python true", broken, old, good)

    assert found.stdout.strip() == str(good / "python3.13")


def test_without_the_part_that_makes_environments_it_says_the_command_that_helps(clone, tmp_path):
    command = "python_can_make_venvs() { false; }; fill_with_uv() { false; }; prepare_venv requirements.txt"

    refused = shell(clone, command)

    assert refused.returncode == 1
    assert "sudo apt-get install python3-venv" in refused.stderr
    assert not (clone / ".venv").exists()


def test_without_any_python_it_says_which_one_is_needed(clone):
    refused = shell(clone, "find_python() { return 1; }; fill_with_uv() { false; }; prepare_venv requirements.txt")

    assert refused.returncode == 1
    assert "Python 3.11 or newer" in refused.stderr


# In place of the network: an environment without packages, or no environment at all.
FILLED = f'fill_with_uv() {{ mkdir -p .venv/bin && ln -sf "{sys.executable}" .venv/bin/python; }}; '
NO_NETWORK = "fill_with_uv() { false; }; fill_with_pip() { false; }; "


def test_it_installs_once_and_again_only_when_the_requirements_changed(clone):
    first = shell(clone, FILLED + "prepare_venv requirements.txt")
    second = shell(clone, NO_NETWORK + "prepare_venv requirements.txt")
    (clone / "requirements.txt").write_text("# something else\n")
    third = shell(clone, NO_NETWORK + "prepare_venv requirements.txt")

    assert (first.returncode, second.returncode, third.returncode) == (0, 0, 1)
    assert "Installing" in first.stdout and second.stdout == ""
    assert "Is there a network?" in third.stderr


def test_what_the_tests_need_serves_the_server_too(clone):
    shell(clone, FILLED + "prepare_venv requirements-dev.txt")

    server = shell(clone, NO_NETWORK + "prepare_venv requirements.txt")

    assert server.returncode == 0


def test_what_the_server_needs_is_not_enough_for_the_tests(clone):
    shell(clone, FILLED + "prepare_venv requirements.txt")

    tests = shell(clone, NO_NETWORK + "prepare_venv requirements-dev.txt")

    assert tests.returncode == 1


def test_when_uv_fails_and_the_old_python_is_gone_pip_makes_the_environment_anew(clone, tmp_path):
    bad = program(tmp_path / "bad", "uv", "exit 2")
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")

    done = shell(clone, 'prepare_venv requirements.txt; "$venv_python" -m pip --version', bad)

    assert done.returncode == 0
    assert str(clone / ".venv") in done.stdout.splitlines()[-1]
