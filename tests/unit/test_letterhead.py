"""The letterhead as it is configured."""

import base64
import os
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, load_settings

KEY = base64.b64encode(os.urandom(32)).decode()


def loaded(**more: str) -> Settings:
    return load_settings({"DATABASE_URL": "postgresql://x", "KINERJA_SHEET_KEY": KEY} | more)


def test_lines_logo_and_place_are_the_installations(tmp_path: Path) -> None:
    plain = loaded()
    assert (plain.letterhead, plain.letterhead_logo, plain.letterhead_place) == (
        ("PEMERINTAH KOTA SERANG",),
        None,
        "Serang",
    )
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg/>")
    own = loaded(
        KINERJA_LETTERHEAD="PEMERINTAH KOTA CILEGON | BKPSDM |",
        KINERJA_LETTERHEAD_LOGO=str(logo),
        KINERJA_LETTERHEAD_PLACE=" Cilegon ",
    )
    assert (own.letterhead, own.letterhead_logo, own.letterhead_place) == (
        ("PEMERINTAH KOTA CILEGON", "BKPSDM"),
        logo,
        "Cilegon",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KINERJA_LETTERHEAD", "|".join("ABCDEFG")),
        ("KINERJA_LETTERHEAD", "x" * 121),
        ("KINERJA_LETTERHEAD_LOGO", "/etc/passwd"),
        ("KINERJA_LETTERHEAD_LOGO", "nowhere.svg"),
        ("KINERJA_LETTERHEAD_PLACE", "x" * 61),
    ],
)
def test_a_setting_that_cannot_be_printed_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        loaded(**{name: value})
