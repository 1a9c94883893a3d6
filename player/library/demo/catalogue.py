"""Eight albums by eight bands that do not exist: the whole demonstration library on paper."""

from dataclasses import dataclass

from player.library.demo.score import Piece


@dataclass(frozen=True)
class Album:
    artist: str
    title: str
    genre: str  # as the themed nests spell it
    year: int
    cover: str  # the design, see covers.DESIGNS
    colours: tuple[str, str, str, str]  # deep, main, second, light
    pieces: tuple[Piece, ...]


ALBUMS = (
    Album(
        "Corner Store Orchestra",
        "Exact Change",
        "funk",
        2021,
        "arcs",
        ("#3b1020", "#e2552d", "#f2a541", "#ffe8c2"),
        (
            Piece("Exact Change Only", "funk", 104, "D dorian", "Dm9 G13 Dm9 G13", "123434"),
            Piece("Two Doors Down", "funk", 98, "E dorian", "Em9 A13 Cmaj9 B7", "123343"),
            Piece("Lemonade Economics", "funk", 112, "G mixolydian", "G9 G9 C9 D9sus", "1234234"),
        ),
    ),
    Album(
        "Night Tram",
        "Last Stop Neon",
        "new wave",
        2022,
        "sun",
        ("#150a38", "#e6398b", "#ffb13d", "#5de4f0"),
        (
            Piece("Platform Nine Lights", "newwave", 124, "A minor", "Am F C G", "1223344"),
            Piece("Rain on the Overpass", "newwave", 116, "E minor", "Em9 Cmaj7 G Dsus4", "122334"),
            Piece("Arriving Anyway", "newwave", 132, "D major", "D Bm7 Gmaj7 A", "12233443"),
        ),
    ),
    Album(
        "Sleeping Lighthouse",
        "Tidal Notes",
        "ambient",
        2019,
        "ripples",
        ("#06222e", "#1d6f80", "#7cc6c3", "#f1efe0"),
        (
            Piece("Low Water", "ambient", 62, "D lydian", "Dmaj9 E6 Bm9 Amaj9", "1233"),
            Piece(
                "First Light, No Wind", "ambient", 56, "F major", "Fmaj9 Dm9 Bbmaj9 C9sus", "1233"
            ),
            Piece("The Keeper Dreams", "ambient", 66, "A minor", "Am9 Fmaj9 Cmaj9 Em7", "12332"),
        ),
    ),
    Album(
        "Marisol Quay",
        "Rooftop Arithmetic",
        "deep house",
        2023,
        "grid",
        ("#1b1440", "#5f4bd8", "#f06f8f", "#ffd9a0"),
        (
            Piece("Plus One", "house", 122, "A minor", "Am9 Dm9 Fmaj9 Em7", "1223434"),
            Piece("Carry the Seven", "house", 120, "C minor", "Cm9 Abmaj9 Fm9 Gm7", "1233434"),
            Piece(
                "Sum of the Evening", "house", 124, "F# minor", "F#m9 Bm9 Dmaj9 C#m7", "12343431"
            ),
        ),
    ),
    Album(
        "Slow Kettle",
        "Steam Engine Version",
        "trip hop",
        2020,
        "squares",
        ("#10231a", "#2f7d4f", "#e8b93b", "#d8463a"),
        (
            Piece("Whistle and Wait", "dub", 74, "A minor", "Am7 Am7 Dm7 Em7", "12323"),
            Piece("Second Cup Version", "dub", 78, "G minor", "Gm7 Cm7 Gm7 Dm7", "12343"),
            Piece("Limescale", "dub", 70, "D minor", "Dm9 Dm9 Bbmaj7 Am7", "1233"),
        ),
    ),
    Album(
        "The Ottoline Trio",
        "Half Past Quiet",
        "jazz",
        2018,
        "discs",
        ("#8a2f3c", "#2f5fa8", "#e0a04a", "#f3ead7"),
        (
            Piece(
                "After the Umbrella",
                "jazz",
                138,
                "Bb major",
                "Cm9 F13 Bbmaj9 Gm7 Ebmaj7 F13 Bbmaj9 G7b9",
                "1232",
            ),
            Piece(
                "Ottoline Walks Home",
                "jazz",
                150,
                "F major",
                "Fmaj9 Dm9 Gm9 C13 Am7 Dm7 Gm7 C13",
                "12323",
                beats=3,
            ),
            Piece(
                "Half Past Quiet",
                "jazz",
                108,
                "Eb major",
                "Ebmaj9 Cm9 Fm9 Bb13 Gm7 Cm7 Fm7 Bb13",
                "122",
            ),
        ),
    ),
    Album(
        "Wren & Alder",
        "Small Songs for Big Trees",
        "singer-songwriter",
        2017,
        "hills",
        ("#1d2b1f", "#5b7f4a", "#d9a25f", "#f6e7c8"),
        (
            Piece("Acorn", "folk", 96, "G major", "G Cadd9 Em7 D", "12342"),
            Piece("Paper Boat", "folk", 126, "D major", "D A Bm7 G D A G A", "1232", beats=3),
            Piece(
                "Sleep, Little Fox",
                "folk",
                108,
                "C major",
                "C Am7 F G Em7 Am7 F G",
                "1232",
                beats=3,
            ),
        ),
    ),
    Album(
        "Desk Lamp",
        "Homework for Cats",
        "lo-fi",
        2024,
        "window",
        ("#231a33", "#7a5c94", "#e59a7b", "#fbe3b5"),
        (
            Piece("Chapter One, Again", "lofi", 78, "Eb major", "Abmaj9 Gm7 Fm9 Bb13", "12323"),
            Piece("Purring in 4/4", "lofi", 84, "D major", "Gmaj9 F#m7 Em9 A13", "123232"),
            Piece("Rain Check", "lofi", 72, "C major", "Fmaj9 Em7 Dm9 Cmaj9", "1233"),
        ),
    ),
)
