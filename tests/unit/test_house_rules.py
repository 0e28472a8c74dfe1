"""Rules of the house that no linter knows."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.api.texts import PROBLEMS, VIOLATIONS
from app.domain.errors import DomainError

APP = Path(__file__).resolve().parents[2] / "app"
SOURCES = sorted(APP.rglob("*.py"))
PROBLEM_MAKERS = {"Conflict", "Forbidden", "Gone", "Unauthenticated", "TooManyRequests", "Unavailable", "NotFound"}
#: The edge, what writes its own transaction beside it, and the starting program.
MAY_COMMIT = {
    "api/jobs.py",
    "api/routing.py",
    "housekeeping.py",
    "repositories/session.py",
    "repositories/unit_of_work.py",
    "serving.py",
    "cli.py",
}


def _calls() -> Iterator[tuple[Path, ast.Call, str]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                yield path, node, name


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def test_every_problem_and_violation_has_its_sentences() -> None:
    missing = set()
    for path, call, name in _calls():
        first = _text(call.args[0]) if call.args else None
        if name in PROBLEM_MAKERS and first is not None and first not in PROBLEMS:
            missing.add((path.name, first))
        position = {"Violation": 1, "at": 1}.get(name)
        if position is not None and len(call.args) > position:
            code = _text(call.args[position])
            if code is not None and code not in VIOLATIONS and (path.name, name) != ("common.py", "at"):
                missing.add((path.name, code))
    assert not missing


@pytest.mark.parametrize("texts", [PROBLEMS, VIOLATIONS])
def test_every_text_is_in_both_languages(texts: dict[str, object]) -> None:
    for code, text in texts.items():
        sentences = text if isinstance(text[0], tuple) else (text,)  # type: ignore[index]
        for sentence in sentences:  # type: ignore[attr-defined]
            assert len(sentence) == 2, code
            assert all(part.strip() for part in sentence), code


def test_only_the_edge_commits() -> None:
    committing = {str(path.relative_to(APP)) for path, _, name in _calls() if name == "commit"}
    assert {place for place in committing if not place.startswith("demo/")} <= MAY_COMMIT


def test_one_module_alone_imports_jose() -> None:
    importing = {
        path.name
        for path in SOURCES
        if "jose" in path.read_text("utf-8").split("import ")[0] or "from jose" in path.read_text("utf-8")
    }
    assert importing == {"jws.py"}


def test_domain_errors_carry_a_slug() -> None:
    assert DomainError("some_code", number=1).params == {"number": 1}


@pytest.mark.parametrize(
    ("code", "needless"),
    [
        ("import app.main", {"fastapi", "pydantic", "numpy"}),
        ("import app.main; app.main.create_app()", {"matplotlib", "typst", "xlsxwriter", "httpx", "alembic"}),
    ],
)
def test_heavy_libraries_are_loaded_where_they_are_used(code: str, needless: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        cwd=APP.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not needless & set(done.stdout.split())
