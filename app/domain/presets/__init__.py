"""Rubrics to start from: ``PRESETS`` maps a preset's code to its body for createRubric.

The bodies are shared constants: read them, or copy them deeply before changing
anything. Statements are Indonesian; ``PRESET_NAMES_EN`` has what an English reader
needs in order to choose one. Only ``berakhlak`` suits the scheme ``pp_30_2019``,
whose work results come from outside the cycle.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.domain.presets.berakhlak import BERAKHLAK
from app.domain.presets.english import PRESET_NAMES_EN, PresetNames
from app.domain.presets.service_recipient import SERVICE_RECIPIENT
from app.domain.presets.shapes import RubricBody
from app.domain.presets.technical_and_behaviour import TECHNICAL_AND_BEHAVIOUR

PRESETS: Final[Mapping[str, RubricBody]] = MappingProxyType(
    {body["code"]: body for body in (BERAKHLAK, TECHNICAL_AND_BEHAVIOUR, SERVICE_RECIPIENT)}
)

__all__ = ["PRESETS", "PRESET_NAMES_EN", "PresetNames", "RubricBody"]
