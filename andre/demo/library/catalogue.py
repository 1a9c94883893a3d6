"""Twelve albums by twelve bands that do not exist: the whole demonstration library on paper."""

from dataclasses import dataclass

from andre.demo.library.score import Piece


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
            Piece("Keep the Receipt", "funk", 108, "A dorian", "Am9 D13 Am9 Em9", "123434"),
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
            Piece(
                "Change Here for Morning", "newwave", 120, "C major", "Fmaj7 G Am7 Em7", "122334"
            ),
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
            Piece("Gulls, Later", "ambient", 60, "G major", "Gmaj9 Em9 Cmaj9 D6", "1232"),
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
            Piece(
                "Remainder of the Night", "house", 118, "D minor", "Dm9 Gm9 Bbmaj9 Am7", "122343"
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
            Piece("Boiling Point Postponed", "dub", 76, "E minor", "Em7 Am7 Em7 Bm7", "12343"),
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
            Piece(
                "Cloakroom Ticket",
                "jazz",
                126,
                "G minor",
                "Cm9 F13 Bbmaj9 Ebmaj7 Am7b5 D7b9 Gm9 Gm9",
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
            Piece("Lichen", "folk", 88, "A major", "A F#m7 D Esus4", "12342"),
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
            Piece("Nap Before Dinner", "lofi", 76, "F major", "Bbmaj9 Am7 Gm9 C13", "12323"),
        ),
    ),
    Album(
        "Harmattan Social Club",
        "Everybody Brings One",
        "afrobeat",
        2022,
        "rays",
        ("#2a1206", "#c8501e", "#f0b323", "#1f7a5c"),
        (
            Piece("Everybody Brings One", "afrobeat", 114, "A minor", "Am7 Am7 Dm7 Em7", "123343"),
            Piece("The Bus Will Wait", "afrobeat", 120, "E dorian", "Em7 A9 Em7 Bm7", "1233434"),
            Piece("Goat on the Veranda", "afrobeat", 108, "G dorian", "Gm7 C9 Gm7 Dm7", "123434"),
            Piece("Dust and Lemonade", "afrobeat", 117, "D minor", "Dm9 Gm7 Dm9 Am7", "123343"),
        ),
    ),
    Album(
        "Tereza Lindgren",
        "Balcony, Third Floor",
        "chill",
        2016,
        "promenade",
        ("#123047", "#1f86a8", "#f4c95d", "#fdf3dc"),
        (
            Piece(
                "Balcony, Third Floor",
                "bossa",
                132,
                "D major",
                "Dmaj9 Bm7 Em9 A13 F#m7 Bm7 Em7 A13",
                "1232",
            ),
            Piece(
                "Umbrella for Two Cats",
                "bossa",
                124,
                "F major",
                "Fmaj9 Gm9 Am7 Gm9 Bbmaj9 Am7 Gm9 C13",
                "1242",
            ),
            Piece("Postcard Never Sent", "bossa", 116, "A minor", "Am9 Dm9 Bm7b5 E7b9", "1224332"),
            Piece("Sea Level", "bossa", 128, "G major", "Gmaj9 Em9 Am9 D13", "12243432"),
        ),
    ),
    Album(
        "Pocket Arcade",
        "Continue?",
        "electronic",
        2015,
        "pixels",
        ("#0d1b2a", "#3d5af1", "#f72585", "#f9e45b"),
        (
            Piece("Continue?", "chip", 140, "C major", "C Am F G", "12234334"),
            Piece("Castle Under the Stairs", "chip", 128, "D minor", "Dm7 Bbmaj7 F C", "1223343"),
            Piece("Two Player Lunch", "chip", 150, "G major", "G D Em7 Cadd9", "122343434"),
            Piece("Save Point by the Sea", "chip", 112, "E minor", "Em7 Cmaj7 G D", "122332"),
        ),
    ),
    Album(
        "Ilse Marander",
        "Letters to the Upstairs",
        "classical",
        2014,
        "keys",
        ("#1c1a22", "#6d5f7b", "#c9a27e", "#f2ebe0"),
        (
            Piece(
                "Dear Upstairs",
                "piano",
                84,
                "D major",
                "D A Bm7 G D A Gmaj7 A",
                "122",
            ),
            Piece(
                "Slippers at Midnight",
                "piano",
                112,
                "A minor",
                "Am F C G Am F Em7 Em7",
                "1232",
                beats=3,
            ),
            Piece("You Water My Plants", "piano", 76, "F major", "Fmaj7 C Dm7 Bbmaj7", "12332"),
            Piece("Moving Day", "piano", 92, "E minor", "Em7 Cmaj7 G D", "122332"),
        ),
    ),
)
