"""English names of the presets, for readers who asked for English."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class PresetNames:
    """The title of one preset, of its criteria by code, and the labels of its scale, lowest point first."""

    title: str
    criteria: Mapping[str, str]
    scale_labels: tuple[str, ...]


PRESET_NAMES_EN: Final[Mapping[str, PresetNames]] = MappingProxyType(
    {
        "berakhlak": PresetNames(
            title="BerAKHLAK core values of the civil service",
            criteria=MappingProxyType(
                {
                    "BP": "Service-oriented",
                    "AK": "Accountable",
                    "KP": "Competent",
                    "HM": "Harmonious",
                    "LY": "Loyal",
                    "AD": "Adaptive",
                    "KB": "Collaborative",
                }
            ),
            scale_labels=(
                "Counterproductive",
                "Reactive, little initiative",
                "Up to standard",
                "Proactive without being asked",
                "Role model",
            ),
        ),
        "technical_and_behaviour": PresetNames(
            title="Technical ability and work behaviour",
            criteria=MappingProxyType(
                {
                    "PT": "Technical knowledge",
                    "KT": "Technical skill",
                    "HK": "Quality and timeliness of work",
                    "IN": "Integrity",
                    "DS": "Discipline",
                    "KS": "Teamwork",
                    "IK": "Initiative",
                }
            ),
            scale_labels=("Very poor", "Poor", "Fair", "Good", "Very good"),
        ),
        "service_recipient": PresetNames(
            title="Rating by service recipients",
            criteria=MappingProxyType({"KOM": "Ability of the officer", "PER": "Conduct of the officer"}),
            scale_labels=("Not good", "Less than good", "Good", "Very good"),
        ),
    }
)
