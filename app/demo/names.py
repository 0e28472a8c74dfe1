"""Invented Indonesian and Bantenese names, with the titles of an education.

First and last names are drawn apart, so that a full name describes nobody.
"""

from random import Random
from typing import Final

from app.demo.nip import Sex

MALE: Final = (
    "Abdul Rohman", "Achmad", "Ade", "Adi", "Agus", "Ahmad", "Aldi", "Anwar", "Arif", "Asep", "Bambang",
    "Budi", "Cecep", "Dadang", "Dede", "Dedi", "Deni", "Didi", "Eko", "Encep", "Endang", "Entus", "Fahmi",
    "Faisal", "Fajar", "Hadi", "Hasan", "Hendra", "Heru", "Humaidi", "Ibnu", "Iman", "Irfan", "Iwan",
    "Jaenudin", "Jajang", "Joko", "Juheri", "Khaerul", "Lukman", "Mad", "Maman", "Muhammad", "Muhibi",
    "Mumu", "Nana", "Nurdin", "Oman", "Pepen", "Rahmat", "Ridwan", "Rizki", "Roni", "Rudi", "Saepudin",
    "Sahroni", "Samsul", "Sarif", "Slamet", "Sobari", "Subhan", "Sugeng", "Suheri", "Supriyadi", "Tatang",
    "Tedi", "Toni", "Uci", "Ujang", "Usman", "Wahyu", "Yadi", "Yayan", "Yudi", "Yusuf", "Zaenal",
)  # fmt: skip

FEMALE: Final = (
    "Ade", "Aisyah", "Ani", "Anisa", "Apriliani", "Ayu", "Cucu", "Dede", "Desi", "Dewi", "Dian", "Dina",
    "Eka", "Elis", "Emi", "Eneng", "Enung", "Erna", "Eti", "Euis", "Evi", "Fatimah", "Fitri", "Hani",
    "Hilda", "Iis", "Ika", "Imas", "Indah", "Intan", "Ita", "Juju", "Kartika", "Khodijah", "Lia", "Lilis",
    "Maesaroh", "Mariam", "Mega", "Mimin", "Mira", "Nani", "Neneng", "Neng", "Nia", "Nina", "Novi", "Nunung",
    "Nurul", "Popi", "Putri", "Rani", "Ratna", "Rina", "Rini", "Rohmah", "Rosita", "Salamah", "Sari", "Siti",
    "Sri", "Suhaeni", "Susi", "Tati", "Teti", "Tika", "Titin", "Tuti", "Uum", "Vina", "Wati", "Wiwin",
    "Yani", "Yuli", "Yuyun", "Zahra",
)  # fmt: skip

MALE_LAST: Final = (
    "Abdurrahman", "Alamsyah", "Apriyadi", "Arifin", "Azhari", "Basri", "Fadillah", "Fathoni", "Fauzi",
    "Firdaus", "Gunawan", "Hakim", "Hambali", "Haryanto", "Heryana", "Hidayat", "Hidayatullah", "Iskandar",
    "Jamaludin", "Juhaeni", "Kurniawan", "Kusnadi", "Mahmudin", "Maulana", "Muhtar", "Mulyadi", "Mulyana",
    "Munawar", "Mustofa", "Nasrudin", "Nugraha", "Permana", "Prasetyo", "Purnama", "Ramadhan", "Romli",
    "Rosadi", "Rusdi", "Sadeli", "Saefullah", "Sanusi", "Santoso", "Saputra", "Setiawan", "Sofyan",
    "Subagja", "Sudrajat", "Suhaemi", "Suhendi", "Sukmana", "Sulaeman", "Sumantri", "Supriatna", "Suryadi",
    "Sutisna", "Syafei", "Syahputra", "Syarifudin", "Taufik", "Wahyudin", "Wibowo", "Wijaya", "Yusup",
    "Zakaria",
)  # fmt: skip

FEMALE_LAST: Final = (
    "Agustina", "Amaliah", "Andriani", "Anggraeni", "Apriyani", "Astuti", "Aulia", "Damayanti", "Fatmawati",
    "Fauziah", "Febriyanti", "Handayani", "Hasanah", "Hayati", "Herawati", "Herlina", "Hidayati", "Indriani",
    "Jubaedah", "Komalasari", "Komariah", "Kurniasih", "Kusmiati", "Lestari", "Maemunah", "Mardiana",
    "Marlina", "Maryati", "Maulida", "Muawanah", "Mulyani", "Mulyati", "Nuraeni", "Nurhasanah", "Nurhayati",
    "Nurjanah", "Nurlaela", "Oktaviani", "Permatasari", "Pratiwi", "Purnamasari", "Puspitasari", "Rahayu",
    "Rahmawati", "Ramadhani", "Rohaeni", "Rohayati", "Rosmiati", "Rostiana", "Rukmana", "Safitri",
    "Setiawati", "Solihat", "Suhartini", "Sukaesih", "Sulastri", "Sumiati", "Susanti", "Suryani", "Wahyuni",
    "Wulandari", "Yuliana", "Yuningsih", "Zubaedah",
)  # fmt: skip

# An inherited title of Banten (Tubagus, Ratu), and that of a pilgrim: the shares of
# people who have one, pilgrims among those over forty.
_NOBLE_TITLE: Final = {Sex.MALE: "Tb.", Sex.FEMALE: "Rt."}
_PILGRIM_TITLE: Final = {Sex.MALE: "H.", Sex.FEMALE: "Hj."}
_NOBLE_SHARE: Final = 0.03
_PILGRIM_SHARE: Final = 0.25
_PILGRIM_AGE: Final = 40


def plain_name(rng: Random, sex: Sex) -> str:
    """A first and a last name, without titles."""
    first, last = (FEMALE, FEMALE_LAST) if sex is Sex.FEMALE else (MALE, MALE_LAST)
    return f"{rng.choice(first)} {rng.choice(last)}"


def with_titles(rng: Random, name: str, sex: Sex, age: int, degree: tuple[str, str]) -> str:
    """The name as a letter has it, for instance "dr. Hj. Siti Hasanah, M.K.M.", from a plain name.

    ``degree`` is the title before and the titles after the name, either empty.
    """
    before, after = degree
    noble = _NOBLE_TITLE[sex] if rng.random() < _NOBLE_SHARE else ""
    pilgrim = _PILGRIM_TITLE[sex] if age >= _PILGRIM_AGE and rng.random() < _PILGRIM_SHARE else ""
    full = " ".join(part for part in (before, pilgrim, noble, name) if part)
    return f"{full}, {after}" if after else full


def email_local_part(name: str, number: int) -> str:
    """``siti.hasanah.0042``: the plain name and a number that makes it unique."""
    return f"{name.lower().replace(' ', '.')}.{number:04d}"
