"""The README's table of settings against the code that reads them."""

import re
from typing import Final

import pytest

from tests.support.serving import ROOT

_NAME: Final = re.compile(r"\bKINERJA_[A-Z_]+\b|\bDATABASE_URL\b|\bPORT\b")
#: Read by the deployment's own scripts alone, which set the passwords of the two database roles.
_OF_DEPLOYMENT: Final = {"KINERJA_OWNER_PASSWORD", "KINERJA_APP_PASSWORD"}
_WHOLE_NUMBER: Final = re.compile(r'_integer\(env, "(KINERJA_[A-Z_]+)", ([\d_]+),')


def rows() -> list[tuple[list[str], list[str]]]:
    """Names and defaults of each line of the table."""
    table = (ROOT / "README.md").read_text("utf-8").split("| Setting | Default | Meaning |")[1].split("\n\n")[0]
    cells = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    return [(_NAME.findall(names), [one.strip() for one in default.split(",")]) for names, default in cells]


def in_code() -> set[str]:
    """Names that the service looks up in the environment."""
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "app").rglob("*.py"))
    return set(re.findall(r'"((?:KINERJA_[A-Z_]+)|DATABASE_URL|PORT)"', text)) - _OF_DEPLOYMENT


def test_every_setting_stands_in_the_readme_and_nothing_else() -> None:
    named = [name for names, _ in rows() for name in names]
    assert len(named) == len(set(named))
    assert set(named) == in_code()


@pytest.mark.parametrize(("name", "default"), _WHOLE_NUMBER.findall((ROOT / "app/settings.py").read_text("utf-8")))
def test_a_number_has_the_default_that_the_readme_gives(name: str, default: str) -> None:
    names, told = next((names, told) for names, told in rows() if name in names)
    assert told[names.index(name)] == str(int(default))
