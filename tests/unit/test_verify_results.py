"""`kinerja verify-results` in the shell: what it prints, and the exit status that a script looks at."""

from uuid import UUID

import pytest
from typer.testing import CliRunner

from app import cli
from app.domain.actions.results import Difference, Verification

SITI, BUDI = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("found", "status", "lines"),
    [
        (Verification(1, ()), 0, ["1 result checked: every one is what its inputs make."]),
        (Verification(400, ()), 0, ["400 results checked: every one is what its inputs make."]),
        (
            Verification(
                400, (Difference(SITI, 2, "receipt"), Difference(SITI, 2, "figures"), Difference(BUDI, None, "missing"))
            ),
            1,
            [
                f"participant {SITI}, version 2: receipt differs",
                f"participant {SITI}, version 2: figures differs",
                f"participant {BUDI}: the result is missing",
                "400 results checked: 2 not what the inputs make.",
            ],
        ),
    ],
)
def test_the_command_counts_and_its_status_tells(
    monkeypatch: pytest.MonkeyPatch, found: Verification, status: int, lines: list[str]
) -> None:
    monkeypatch.setattr(cli, "_on_database", lambda _: found)
    shown = CliRunner().invoke(cli.cli, ["verify-results", "2026-TW4"])
    assert (shown.exit_code, shown.stdout.splitlines()) == (status, lines)
