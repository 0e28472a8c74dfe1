"""Technical knowledge and skill as work results; integrity, discipline, teamwork, initiative as behaviour.

Everybody is asked only about what they can see: money and records are the
superior's to judge, leadership of the own work the subordinates', the counter the
service recipients'.
"""

from typing import Final

from app.domain.presets.shapes import RubricBody, criterion, indicator, scale
from app.domain.values import Dimension, RaterType

_SUPERIOR_AND_SELF: Final = (RaterType.SUPERIOR, RaterType.SELF)
_COLLEAGUES: Final = (RaterType.SUPERIOR, RaterType.PEER, RaterType.SUBORDINATE, RaterType.SELF)
_LEVEL: Final = (RaterType.SUPERIOR, RaterType.PEER, RaterType.SELF)
_EVERYBODY: Final = (*_COLLEAGUES, RaterType.SERVICE_RECIPIENT)

_SCALE: Final = scale(
    (
        ("Sangat kurang", "Jauh di bawah yang diharapkan; menghambat pekerjaan atau pelayanan."),
        ("Kurang", "Sering belum memenuhi yang diharapkan."),
        ("Cukup", "Memenuhi yang diharapkan dalam keadaan biasa."),
        ("Baik", "Memenuhi yang diharapkan secara konsisten, juga dalam keadaan sulit."),
        ("Sangat baik", "Melebihi yang diharapkan dan menjadi contoh bagi orang lain."),
    )
)

_WORK_RESULT: Final = (
    criterion(
        "PT",
        "Pengetahuan Teknis",
        Dimension.WORK_RESULT,
        [
            indicator("PT1", "Memahami tugas, peraturan, dan prosedur yang berlaku dalam pekerjaannya", _COLLEAGUES),
            indicator("PT2", "Memberi penjelasan yang benar dan jelas tentang bidang kerjanya", _EVERYBODY),
            indicator("PT3", "Memperbarui pengetahuannya sesuai perkembangan bidang kerja", _LEVEL),
        ],
        weight=30,
    ),
    criterion(
        "KT",
        "Keterampilan Teknis",
        Dimension.WORK_RESULT,
        [
            indicator("KT1", "Terampil memakai peralatan, aplikasi, atau metode kerja yang diperlukan", _EVERYBODY),
            indicator("KT2", "Menemukan penyelesaian yang tepat untuk masalah dalam pekerjaannya", _COLLEAGUES),
            indicator("KT3", "Mengelola anggaran, barang, dan data kerja dengan tertib", _SUPERIOR_AND_SELF),
        ],
        weight=30,
    ),
    criterion(
        "HK",
        "Mutu dan Ketepatan Hasil Kerja",
        Dimension.WORK_RESULT,
        [
            indicator("HK1", "Menghasilkan pekerjaan yang teliti dan sesuai standar", _COLLEAGUES),
            indicator("HK2", "Menyelesaikan pekerjaan atau layanan tepat waktu", _EVERYBODY),
            indicator("HK3", "Mencapai target kerja yang telah disepakati", _SUPERIOR_AND_SELF),
        ],
        weight=40,
    ),
)

_WORK_BEHAVIOUR: Final = (
    criterion(
        "IN",
        "Integritas",
        Dimension.WORK_BEHAVIOUR,
        [
            indicator("IN1", "Bersikap jujur dan mengatakan yang sebenarnya", _COLLEAGUES),
            indicator("IN2", "Tidak meminta atau menerima imbalan di luar ketentuan", _EVERYBODY),
            indicator("IN3", "Bertanggung jawab atas tindakan dan kesalahannya", _COLLEAGUES),
        ],
        weight=30,
    ),
    criterion(
        "DS",
        "Disiplin",
        Dimension.WORK_BEHAVIOUR,
        [
            indicator("DS1", "Hadir dan melayani pada jam yang ditentukan", _EVERYBODY),
            indicator("DS2", "Menaati peraturan dan prosedur kerja", _LEVEL),
            indicator("DS3", "Menepati janji dan tenggat yang telah disepakati", _COLLEAGUES),
        ],
        weight=25,
    ),
    criterion(
        "KS",
        "Kerja Sama",
        Dimension.WORK_BEHAVIOUR,
        [
            indicator("KS1", "Membantu rekan kerja mencapai tujuan bersama", _COLLEAGUES),
            indicator("KS2", "Menghargai pendapat dan peran orang lain", _COLLEAGUES),
            indicator("KS3", "Berkomunikasi dengan santun dan mudah dipahami", _EVERYBODY),
        ],
        weight=25,
    ),
    criterion(
        "IK",
        "Inisiatif Kerja",
        Dimension.WORK_BEHAVIOUR,
        [
            indicator("IK1", "Bertindak tanpa menunggu perintah bila diperlukan", _COLLEAGUES),
            indicator("IK2", "Mengusulkan cara kerja yang lebih baik", _COLLEAGUES),
            indicator("IK3", "Tanggap terhadap kebutuhan dan keluhan masyarakat", _EVERYBODY),
        ],
        weight=20,
    ),
)

TECHNICAL_AND_BEHAVIOUR: Final = RubricBody(
    code="technical_and_behaviour",
    title="Kemampuan Teknis dan Perilaku Kerja",
    description=(
        "Hasil kerja dinilai dari pengetahuan, keterampilan, serta mutu dan ketepatan pekerjaan; "
        "perilaku kerja dari integritas, disiplin, kerja sama, dan inisiatif. Setiap penilai hanya "
        "ditanya tentang hal yang dapat diamatinya."
    ),
    scale=_SCALE,
    criteria=[*_WORK_RESULT, *_WORK_BEHAVIOUR],
)
