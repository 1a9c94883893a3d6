"""What people type for names that are not spelled one way only, and what it finds (L2)."""

from typing import Any

import pytest

from player.providers import PROVIDERS
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db

SONGS = (  # Title, artist, album.
    ("高嶺の花子さん", "back number", "ラブストーリー"),
    ("さくら", "森山直太朗", "いくつもの川を越えて生まれた言葉たち"),
    ("きらきら武士", "レキシ", "レキツ"),
    ("月亮代表我的心", "邓丽君", "岛国之情歌"),
    ("东风破", "周杰伦", "叶惠美"),
    ("봄날", "방탄소년단", "화양연화"),
    ("สบายสบาย", "ธงไชย แมคอินไตย์", "บูมเมอแรง"),
    ("ຮັກເຈົ້າຫຼາຍ", "ອາເລັກຊານດາ", "ບົວແດງ"),
    ("ស្រលាញ់អូនម្នាក់គត់", "ស៊ីន ស៊ីសាមុត", "ចំប៉ាបាត់ដំបង"),
    ("အချစ်သီချင်း", "စိုင်းထီးဆိုင်", "ချစ်သူ"),
    ("Must Be the Moon", "!!!", "Thr!!!er"),
    ("Perfect", "Ed Sheeran", "÷"),
    ("Castle on the Hill", "Ed Sheeran", "÷ (Deluxe)"),
    ("★", "David Bowie", "★"),
    ("...", "The Dots", "…Nothing"),
    ("100% Pure Love", "Crystal Waters", "Storyteller"),
    ("%", "The Fractions", "_"),
    ("Thunderstruck", "AC/DC", "The Razors Edge"),
    ("Straight Outta Compton", "N.W.A.", "Straight Outta Compton"),
    ("Tik Tok", "Ke$ha", "Animal"),
    ("So What", "P!nk", "Funhouse"),
    ("All the Small Things", "blink-182", "Enema of the State"),
    ("First Date", "Sum 41", "Half Hour of Power"),
    ("Don't Stop", "Fleetwood Mac", "Rumours"),
    ("Dont Look Back", "The Remains", "Nuggets"),
    ("The Boxer", "Simon & Garfunkel", "Bridge over Troubled Water"),
    ("Rock and Roll", "Led Zeppelin", "IV"),
    ("Rock 'n' Roll Star", "Oasis", "Definitely Maybe"),
    ("Dog Days Are Over", "Florence + the Machine", "Lungs"),
    ("Heartbeat", "Pure R&B", "Slow Jams"),
    ("Help!", "The Beatles", "Help!"),
    ("Come Together", "The Beatles", "Abbey Road"),
    ("Something (Remastered 2009)", "Nobody We Know", "Something"),
    ("Official Girl", "Cassie", "Video"),
    ("Stand by Me", "Ben E. King", "Don't Play That Song"),
    ("Группа крови", "Кино", "Группа крови"),
    ("Щука", "Ёлка", "Шоу"),
    ("Ζορμπάς", "Μίκης Θεοδωράκης", "Αλέξης"),
    ("Vaterland", "Die Ärzte", "Große Straße"),
    ("ශ්‍රී ලංකා", "අමරදේව", "සසර"),
    ("می‌خواهم", "گوگوش", "عشق"),
    ("हिन्दी गीत", "लता", "सुर"),
    ("👨‍👩‍👧", "🩷", "🫨"),
    ("Yellow Submarine", "The Beatles", "Revolver"),
    ("Black Hole Sun", "Soundgarden", "Superunknown"),
)
FOUND = (  # What is typed, which kind, what comes first.
    # The middle of a title where no space parts words.
    ("花子さん", "track", "高嶺の花子さん"),
    ("花子", "track", "高嶺の花子さん"),
    ("丽君", "artist", "邓丽君"),
    ("丽君", "track", "月亮代表我的心"),
    ("君", "artist", "邓丽君"),
    ("代表我", "track", "月亮代表我的心"),
    ("情歌", "album", "岛国之情歌"),
    ("ストーリー", "album", "ラブストーリー"),
    ("소년단", "artist", "방탄소년단"),
    ("소년다", "artist", "방탄소년단"),
    ("방타", "artist", "방탄소년단"),
    ("อินไตย์", "artist", "ธงไชย แมคอินไตย์"),
    ("เมอแรง", "album", "บูมเมอแรง"),
    ("ເຈົ້າ", "track", "ຮັກເຈົ້າຫຼາຍ"),
    ("ເລັກຊານ", "artist", "ອາເລັກຊານດາ"),
    ("អូន", "track", "ស្រលាញ់អូនម្នាក់គត់"),
    ("សាមុត", "artist", "ស៊ីន ស៊ីសាមុត"),
    ("សីន សីសាមុត", "artist", "ស៊ីន ស៊ីសាមុត"),
    ("သီချင်း", "track", "အချစ်သီချင်း"),
    ("ထီးဆိုင်", "artist", "စိုင်းထီးဆိုင်"),
    ("高嶺の花小さん", "track", "高嶺の花子さん"),
    ("花子さん back number", "track", "高嶺の花子さん"),
    # Names made of signs only.
    ("!!!", "artist", "!!!"),
    ("!!!", "track", "Must Be the Moon"),
    ("÷", "album", "÷"),
    ("÷ ed sheeran", "album", "÷"),
    ("÷ deluxe", "album", "÷ (Deluxe)"),
    ("★", "track", "★"),
    ("★", "album", "★"),
    ("...", "track", "..."),
    ("…", "track", "..."),
    ("%", "track", "%"),
    ("_", "album", "_"),
    ("🩷", "artist", "🩷"),
    ("👨‍👩‍👧", "track", "👨‍👩‍👧"),
    # Joined and split.
    ("acdc", "artist", "AC/DC"),
    ("acdc", "track", "Thunderstruck"),
    ("ac dc", "artist", "AC/DC"),
    ("AC/DC", "artist", "AC/DC"),
    ("ac-dc", "artist", "AC/DC"),
    ("acdc thunder", "track", "Thunderstruck"),
    ("nwa", "artist", "N.W.A."),
    ("n.w.a", "artist", "N.W.A."),
    ("n w a", "artist", "N.W.A."),
    ("kesha", "artist", "Ke$ha"),
    ("ke$ha", "artist", "Ke$ha"),
    ("kesha tik tok", "track", "Tik Tok"),
    ("pink", "artist", "P!nk"),
    ("blink182", "artist", "blink-182"),
    ("blink 182", "artist", "blink-182"),
    ("blink-182", "artist", "blink-182"),
    ("sum41", "artist", "Sum 41"),
    ("sum-41", "artist", "Sum 41"),
    ("tiktok", "track", "Tik Tok"),
    ("don t stop", "track", "Don't Stop"),
    ("dont stop", "track", "Don't Stop"),
    ("don’t stop", "track", "Don't Stop"),
    ("don't look back", "track", "Dont Look Back"),
    ("yellowsubmarine", "track", "Yellow Submarine"),
    ("blackhole sun", "track", "Black Hole Sun"),
    ("thunder struck", "track", "Thunderstruck"),
    # "&" and "and".
    ("simon and garfunkel", "artist", "Simon & Garfunkel"),
    ("simon & garfunkel", "artist", "Simon & Garfunkel"),
    ("simon garfunkel", "artist", "Simon & Garfunkel"),
    ("rock & roll", "track", "Rock and Roll"),
    ("rock and roll star", "track", "Rock 'n' Roll Star"),
    ("rock n roll star", "track", "Rock 'n' Roll Star"),
    ("florence and the machine", "artist", "Florence + the Machine"),
    ("florence & the machine", "artist", "Florence + the Machine"),
    ("r&b", "artist", "Pure R&B"),
    ("rnb", "artist", "Pure R&B"),
    ("pure r and b", "artist", "Pure R&B"),
    # A word too many.
    ("perfect by ed sheeran", "track", "Perfect"),
    ("perfect ed sheeran official video", "track", "Perfect"),
    ("yellow submarine official video", "track", "Yellow Submarine"),
    ("come together remastered 2009", "track", "Come Together"),
    ("help remastered 2009", "track", "Help!"),
    ("thunderstruck live in stockholm", "track", "Thunderstruck"),
    ("yelow submarine oficial video", "track", "Yellow Submarine"),
    ("beatles help lyrics", "track", "Help!"),
    ("the beatles band", "artist", "The Beatles"),
    ("revolver by the beatles", "album", "Revolver"),
    ("revolver beatles deluxe edition", "album", "Revolver"),
    ("stand by me", "track", "Stand by Me"),
    # Latin letters for other scripts.
    ("kino", "artist", "Кино"),
    ("gruppa krovi", "track", "Группа крови"),
    ("elka", "artist", "Ёлка"),
    ("елка", "artist", "Ёлка"),
    ("shchuka", "track", "Щука"),
    ("zormpas", "track", "Ζορμπάς"),
    ("theodorakis", "artist", "Μίκης Θεοδωράκης"),
    ("sakura", "track", "さくら"),
    ("kirakira", "track", "きらきら武士"),
    ("rekishi", "artist", "レキシ"),
    ("denglijun", "artist", "邓丽君"),
    ("deng li jun", "artist", "邓丽君"),
    ("zhou jielun", "artist", "周杰伦"),
    ("hindi git", "track", "हिन्दी गीत"),
    # Marks and joiners.
    ("ශ්‍රී", "track", "ශ්‍රී ලංකා"),
    ("ශ්රී", "track", "ශ්‍රී ලංකා"),
    ("می‌خواهم", "track", "می‌خواهم"),
    ("میخواهم", "track", "می‌خواهم"),
    ("می خواهم", "track", "می‌خواهم"),
    ("हिन्दी", "track", "हिन्दी गीत"),
    ("grosse strasse", "album", "Große Straße"),
)
NOT_FOUND = (
    ("xqzwv", "track"),
    ("xqzwv wvxqz", "artist"),
    ("!?", "track"),
    ("★★★★", "artist"),
    ("犬", "track"),
    ("子花", "track"),
    ("u2", "artist"),
)


@pytest.fixture(autouse=True)
def library() -> None:
    shelved(*(recording(*song) for song in SONGS))


def titles(typed: str, kind: Any) -> list[str]:
    return [each.title for each in PROVIDERS["library"].search(typed, kind, 1)]


@pytest.mark.parametrize(("typed", "kind", "first"), FOUND)
def test_a_name_is_found_however_it_is_written(typed, kind, first):  # L2
    assert titles(typed, kind)[:1] == [first]


@pytest.mark.parametrize(("typed", "kind"), NOT_FOUND)
def test_what_is_nothing_like_it_is_not_found(typed, kind):  # L2
    assert titles(typed, kind) == []
