"""The commands of docs/administration.md, executed as they stand against a real `kinerja run`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.serving import ROOT, environment, running

PAGE = (ROOT / "docs" / "administration.md").read_text("utf-8")
HEADINGS = (
    *("Imports", "Accounts and activation", "Invitations", "Single sign-on", "Signing keys"),
    *("From review to publication", "Summaries and reports of units"),
    *("Exports", "Limits", "Data rights", "Retention", "Backup"),
)


def commands() -> str:
    parts = re.findall(r"<!-- administration:begin -->(.*?)<!-- administration:end -->", PAGE, re.DOTALL)
    return "\n".join(block for part in parts for block in re.findall(r"```sh\n(.*?)```", part, re.DOTALL))


def test_the_page_has_its_chapters_in_the_order_of_the_work() -> None:
    assert tuple(re.findall(r"^## (.+)$", PAGE, re.MULTILINE)) == HEADINGS


@pytest.mark.thorough
def test_the_commands_do_what_they_say(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data) as url:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        env = environment(data, API=url, PATH=path)
        script = f"set -euo pipefail\n{commands()}"
        done = subprocess.run(
            ["/bin/bash", "-c", script], check=False, cwd=ROOT, env=env, capture_output=True, text=True, timeout=240
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    said = done.stdout.splitlines()
    assert said[:4] == [
        "('would create', 1, [])",
        "('units created', 1)",
        "('people created', 2)",
        "('people created again', 0, 'unchanged', 2)",
    ]
    assert said[4:12] == [
        "('activated', '199002022015021002')",
        "('a fresh code until', True)",
        "too_many_attempts",
        "('locked until', None)",
        "('the machine reads', 'Bayu Contoh')",
        "('machine active', False)",
        "<?xml",
        "('forms for the citizen', 1)",
    ]
    assert said[12:17] == [
        "('the unit achieved', 'good')",
        "('pattern', 'checked', 5, True)",
        "('decided as recommended', True)",
        "one less waits: 1",
        "('people in the summary', True, 'overall')",
    ]
    assert said[17] == "%PDF-%PDF-"
    assert said[18:20] == ["Nama;Kode kriteria;Nilai", "(True, 18, 'ASN')"]
    assert said[20:22] == ["404", "429"]
    assert said[22:25] == [
        "('about Bayu:', 'Bayu Contoh', True, 'account.activated')",
        "open",
        "('accepted', 'Analis Data')",
    ]
    assert said[25] == "Would be deleted:"
    assert "  cycles: 0" in said[26:]
