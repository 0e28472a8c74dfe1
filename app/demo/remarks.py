"""Written remarks for the demo city, in Indonesian.

None names a person, place, date, case or job, so that no remark points at the
rater or the ratee.
"""

from typing import Final

STRENGTHS: Final = (
    "Selalu siap membantu dan mudah dihubungi.",
    "Pekerjaan diselesaikan dengan rapi dan teliti.",
    "Ramah kepada siapa saja dan sabar menjelaskan.",
    "Datang tepat waktu dan menepati janji.",
    "Mau mendengarkan pendapat orang lain.",
    "Cepat tanggap ketika ada masalah.",
    "Jujur dan terbuka dalam bekerja.",
    "Dapat diandalkan, terutama saat pekerjaan menumpuk.",
    "Senang berbagi pengetahuan dengan rekan kerja.",
    "Tetap tenang dan sopan dalam keadaan sulit.",
    "Menguasai aturan dan prosedur yang berlaku.",
    "Sering memberi gagasan yang membuat pekerjaan lebih mudah.",
    "Memperlakukan semua orang dengan adil.",
    "Menjaga suasana kerja tetap nyaman.",
    "Bertanggung jawab atas hasil kerjanya.",
    "Mampu menjelaskan hal yang rumit dengan bahasa sederhana.",
)

IMPROVEMENTS: Final = (
    "Perlu lebih cepat membalas pesan dan permintaan.",
    "Sebaiknya membagi tugas dengan lebih merata.",
    "Perlu lebih berani menyampaikan pendapat dalam rapat.",
    "Perlu meningkatkan kemampuan memakai aplikasi kerja.",
    "Sebaiknya memberi kabar lebih awal bila ada perubahan rencana.",
    "Perlu lebih teliti memeriksa hasil kerja sebelum diserahkan.",
    "Sebaiknya lebih sering memberi umpan balik kepada tim.",
    "Perlu belajar mengatur waktu agar tidak terburu-buru di akhir.",
    "Akan lebih baik bila lebih terbuka menerima masukan.",
    "Perlu lebih banyak berkoordinasi dengan bagian lain.",
    "Sebaiknya penjelasan disampaikan dengan lebih sederhana.",
    "Perlu lebih tegas mengambil keputusan.",
    "Sebaiknya mencoba cara kerja yang baru.",
    "Perlu menjaga semangat ketika pekerjaan sedang padat.",
    "Sebaiknya lebih ramah pada jam sibuk.",
    "Perlu mengikuti pelatihan untuk memperbarui pengetahuan.",
)
