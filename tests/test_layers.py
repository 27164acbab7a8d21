"""Imports point one way: greetings_crm > campaigns > customers > etiquette; and inside an app, down the layers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("etiquette", "customers", "campaigns", "greetings_crm")
# What the lower layers may use of the framework: etiquette nothing, rendering and the wire nothing of Django.
PLAIN = ("etiquette", "campaigns/rendering")


def python_files(folder: str) -> Iterator[Path]:
    return (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def imported_modules(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


@pytest.mark.parametrize("app", APPS)
def test_an_app_imports_only_what_lies_below_it(app):
    above = APPS[APPS.index(app) + 1 :]

    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in python_files(app)
        for module, line in imported_modules(path)
        if module.split(".")[0] in above
    ]

    assert wrong == []


@pytest.mark.parametrize("folder", PLAIN)
def test_pure_packages_know_no_django(folder):
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in python_files(folder)
        for module, line in imported_modules(path)
        if module.split(".")[0] in ("django", "celery", "customers") or module.startswith("campaigns.models")
    ]

    assert wrong == []


@pytest.mark.parametrize("app", APPS)
def test_no_import_stands_inside_a_function(app):
    wrong = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in python_files(app)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert wrong == []


@pytest.mark.parametrize("app", ("customers", "campaigns"))
def test_models_and_services_know_no_views(app):
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in python_files(app)
        if not {"views", "management"} & set(path.parts)
        and path.name not in ("urls.py", "admin.py", "admin_imports.py")
        for module, line in imported_modules(path)
        if module.startswith(f"{app}.views") or module in (f"{app}.urls", f"{app}.admin")
    ]

    assert wrong == []
