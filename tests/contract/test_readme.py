"""The README's walk-through, executed as it stands against a real `kinerja run`."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.serving import ROOT, running

README = (ROOT / "README.md").read_text("utf-8")


def walk_through() -> str:
    text = README.split("<!-- walk-through:begin -->")[1].split("<!-- walk-through:end -->")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))


@pytest.mark.thorough
def test_the_walk_through_does_what_it_says(tmp_path: Path) -> None:
    with running(tmp_path / "data") as url:
        script = f"set -euo pipefail\n{walk_through()}"
        env = {name: value for name, value in os.environ.items() if not name.startswith("KINERJA_")} | {"API": url}
        done = subprocess.run(
            ["/bin/bash", "-c", script], check=False, cwd=ROOT, env=env, capture_output=True, text=True, timeout=240
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    lines = done.stdout.splitlines()
    assert lines[0] == "published"
    assert [line for line in lines if line in {"rating", "review"}] == ["rating", "review"]
    assert "\ufeffNIP;Nama;Jabatan;Unit kerja;Nilai keseluruhan" in lines
    assert "Penjelasan hasil penilaian kinerja" in lines
    # Everybody gave 4 on 1..5, so the published overall is 75.00 exactly; too few subordinates is no reason here.
    assert "(75.0, " in lines[-2]
    assert lines[-1] == "75"
