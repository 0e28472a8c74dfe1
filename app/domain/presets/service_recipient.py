"""A short form for those who were served, in plain words.

Scale and two criteria come from the public satisfaction survey (PermenPANRB
14/2017, elements kompetensi pelaksana and perilaku pelaksana); the survey itself
measures a unit, so the survey's grades (A to D) do not apply to a person.

The superior, without whom no result is complete, and the ratee answer the same
questions: the one for a figure also where few recipients answer, the other for
the comparison with what the public sees.
"""

from typing import Final

from app.domain.presets.shapes import RubricBody, criterion, indicator, scale
from app.domain.values import Dimension, RaterType

_ASKED: Final = (RaterType.SERVICE_RECIPIENT, RaterType.SUPERIOR, RaterType.SELF)

SERVICE_RECIPIENT: Final = RubricBody(
    code="service_recipient",
    title="Penilaian oleh Penerima Layanan",
    description=(
        "Formulir singkat tentang petugas yang melayani Anda. Jawablah menurut pengalaman Anda "
        "sendiri; pilih “tidak diamati” bila Anda tidak mengalaminya."
    ),
    scale=scale(
        (
            ("Tidak baik", "Saya kecewa dengan pelayanannya."),
            ("Kurang baik", "Masih banyak yang perlu diperbaiki."),
            ("Baik", "Saya dilayani sebagaimana mestinya."),
            ("Sangat baik", "Pelayanannya lebih baik dari yang saya harapkan."),
        )
    ),
    criteria=[
        criterion(
            "KOM",
            "Kemampuan Petugas",
            Dimension.WORK_RESULT,
            [
                indicator("KOM1", "Petugas menguasai pekerjaannya", _ASKED),
                indicator("KOM2", "Petugas menjelaskan dengan kata-kata yang mudah dimengerti", _ASKED),
                indicator("KOM3", "Petugas melayani dengan cepat dan tepat", _ASKED),
            ],
        ),
        criterion(
            "PER",
            "Sikap Petugas",
            Dimension.WORK_BEHAVIOUR,
            [
                indicator("PER1", "Petugas ramah dan sopan", _ASKED),
                indicator("PER2", "Petugas melayani semua orang dengan adil", _ASKED),
                indicator("PER3", "Petugas jujur dan tidak meminta imbalan", _ASKED),
                indicator("PER4", "Petugas mau mendengarkan pertanyaan dan keluhan", _ASKED),
            ],
        ),
    ],
)
