"""Typst, loaded where a document is made: one template, its data as JSON, nothing else of the machine within reach."""

import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

_TEMPLATES: Final = Path(__file__).parent
#: What all templates share.
_FRAME: Final = "frame.typ"
#: Accessible documents: tagged, with a title, a language and words for every picture (ISO 14289-1).
_STANDARD: Final = "ua-1"


def typeset(template: str, data: Mapping[str, Any], moment: datetime, files: Mapping[str, bytes]) -> bytes:
    """The PDF of ``template`` filled with ``data``, dated ``moment``; beside the frame it can open ``files`` only.

    The data reach the template as a value, so that no text of theirs is ever read as markup. Fonts are those that come
    with the program: the same bytes on every machine.
    """
    import typst  # noqa: PLC0415 - heavy, and few processes ever make a document

    with tempfile.TemporaryDirectory(prefix="kinerja-report-") as folder:
        main = Path(folder) / "main.typ"
        main.write_bytes((_TEMPLATES / template).read_bytes())
        (Path(folder) / _FRAME).write_bytes((_TEMPLATES / _FRAME).read_bytes())
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        made = typst.compile(
            str(main),
            root=folder,
            font_paths=[str(_fonts())],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=_STANDARD,
            timestamp=int(moment.timestamp()),
        )
    assert isinstance(made, bytes)
    return made


def _fonts() -> Path:
    """DejaVu Sans, which the charts are drawn with as well."""
    import matplotlib as mpl  # noqa: PLC0415 - ditto

    return Path(mpl.get_data_path()) / "fonts" / "ttf"
