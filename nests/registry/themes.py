"""The fifty themed names of nests, each with a genre and a track to begin from."""

from typing import NamedTuple


class ThemedName(NamedTuple):
    name: str
    genre: str
    seed_uri: str
    seed_artist: str
    seed_title: str


THEMED_NAMES = (
    ThemedName(
        "WaveyNest",
        "new wave",
        "spotify:track:5GUYJTQap5F3RDQiCOJhrS",
        "Duran Duran",
        "Hungry Like the Wolf",
    ),
    ThemedName(
        "BassNest", "bass music", "spotify:track:3MODES4TNtygekLl146Dxd", "Bassnectar", "Bass Head"
    ),
    ThemedName(
        "VibesNest",
        "chill",
        "spotify:track:5le4sn0iMcnKU56bdmNzso",
        "Roy Ayers Ubiquity",
        "Everybody Loves The Sunshine",
    ),
    ThemedName(
        "FunkNest", "funk", "spotify:track:4XRkQloZFcRrCONN7ZQ49Y", "Parliament", "Give Up The Funk"
    ),
    ThemedName(
        "GrooveNest",
        "groove",
        "spotify:track:1TfqLAPs4K3s2rJMoCokcS",
        "Earth Wind & Fire",
        "September",
    ),
    ThemedName(
        "TrebleNest",
        "classical",
        "spotify:track:1vrd6UOGamcKNGnSHJQlSt",
        "Vivaldi",
        "Four Seasons Spring",
    ),
    ThemedName(
        "ReverbNest",
        "shoegaze",
        "spotify:track:2pQ4A6w5HSurB5WiaLFhcF",
        "My Bloody Valentine",
        "Only Shallow",
    ),
    ThemedName(
        "TempoNest", "drum and bass", "spotify:track:3yfqSUWxFvZELEM4PmlwIR", "Pendulum", "Slam"
    ),
    ThemedName(
        "RiffNest", "hard rock", "spotify:track:57bgtoPSgt236HzfBOd8kj", "AC/DC", "Thunderstruck"
    ),
    ThemedName(
        "SynthNest",
        "synthpop",
        "spotify:track:3MrRksHupTVEQ7YbA0FsZK",
        "Depeche Mode",
        "Enjoy the Silence",
    ),
    ThemedName(
        "LoopNest", "trip hop", "spotify:track:6nek1Nin9q48AVZcWs9e9D", "Massive Attack", "Teardrop"
    ),
    ThemedName(
        "BeatNest", "hip hop", "spotify:track:7GhIk7Il098yCjg4BQjzvb", "J Dilla", "Workinonit"
    ),
    ThemedName(
        "ChordNest", "jazz", "spotify:track:4gphxUgq0JSFv2BCLhNDiE", "Bill Evans", "Waltz for Debby"
    ),
    ThemedName(
        "FaderNest",
        "deep house",
        "spotify:track:2PpruBYCo4H7WOBJ7Q2EwM",
        "Larry Heard",
        "Can You Feel It",
    ),
    ThemedName(
        "SubNest",
        "dubstep",
        "spotify:track:4rwpZEcnalkuhPyGkEdhu0",
        "Skrillex",
        "Scary Monsters and Nice Sprites",
    ),
    ThemedName("DropNest", "edm", "spotify:track:5HQVUIKwCEXpe7JIHyY734", "Skrillex", "Bangarang"),
    ThemedName(
        "PulseNest",
        "techno",
        "spotify:track:7xQYVjs4wZNdCwO0EeAWMC",
        "Underworld",
        "Born Slippy (Nuxx)",
    ),
    ThemedName(
        "ToneNest", "soul", "spotify:track:4u7EnebtmKWzUH433cf5Qv", "Marvin Gaye", "What's Going On"
    ),
    ThemedName(
        "MixNest", "dance", "spotify:track:4uLU6hMCjMI75M1A2tKUQC", "Daft Punk", "One More Time"
    ),
    ThemedName(
        "TrackNest",
        "electronic",
        "spotify:track:0pqnGHJpmpxLKifKRmU6WP",
        "Aphex Twin",
        "Windowlicker",
    ),
    ThemedName(
        "SampleNest",
        "boom bap",
        "spotify:track:5Z01UMMf7V1o0MzF86s6WJ",
        "DJ Shadow",
        "Building Steam",
    ),
    ThemedName(
        "BreakNest",
        "breakbeat",
        "spotify:track:40riOy7x9W7GXjyGp4pjAv",
        "The Prodigy",
        "Firestarter",
    ),
    ThemedName(
        "HookNest", "pop", "spotify:track:7lPN2DXiMsVn7XUKtOW1CS", "Michael Jackson", "Billie Jean"
    ),
    ThemedName(
        "BridgeNest",
        "progressive rock",
        "spotify:track:6dGnYIeXmHdcikdzNNDMm2",
        "Pink Floyd",
        "Another Brick",
    ),
    ThemedName(
        "VerseNest",
        "singer-songwriter",
        "spotify:track:3n3Ppam7vgaVa1iaRUc9Lp",
        "Elliott Smith",
        "Between the Bars",
    ),
    ThemedName(
        "ChorusNest", "anthem", "spotify:track:3qiyyUfYe7CRYLucrPmulD", "Queen", "Bohemian Rhapsody"
    ),
    ThemedName(
        "MelodyNest",
        "indie pop",
        "spotify:track:3BQHpFgAp4l80e1XslIjNI",
        "The Smiths",
        "There Is a Light",
    ),
    ThemedName(
        "RhythmNest", "afrobeat", "spotify:track:2r0KlAVemiB1TyTqgCh5ve", "Fela Kuti", "Zombie"
    ),
    ThemedName(
        "HarmonyNest",
        "a cappella",
        "spotify:track:5jgFfDIR6FR0gvlA56Nakr",
        "Pentatonix",
        "Daft Punk Medley",
    ),
    ThemedName(
        "CadenceNest", "neo soul", "spotify:track:2tUBqZG2AbRi7Q0BIrVrEj", "Erykah Badu", "On & On"
    ),
    ThemedName(
        "OctaveNest", "opera", "spotify:track:1B75hgRqe7A4fwee3g3Wmu", "Pavarotti", "Nessun Dorma"
    ),
    ThemedName(
        "PitchNest",
        "barbershop",
        "spotify:track:17QTsL4K9B9v4rI8CAIdfC",
        "The Beach Boys",
        "God Only Knows",
    ),
    ThemedName(
        "GainNest", "metal", "spotify:track:7iN1s7xHE4ifF5povM6A48", "Metallica", "Enter Sandman"
    ),
    ThemedName(
        "ClipNest",
        "lo-fi",
        "spotify:track:7dt6x5M1jzdTEt8oCbisTK",
        "Mac DeMarco",
        "Chamber of Reflection",
    ),
    ThemedName(
        "FlangerNest",
        "psychedelic rock",
        "spotify:track:37Tmv4NnfQeb0ZgUC4fOJj",
        "Tame Impala",
        "The Less I Know",
    ),
    ThemedName(
        "PhaserNest",
        "space rock",
        "spotify:track:6habFhsOp2NvshLv26DqMb",
        "Muse",
        "Knights of Cydonia",
    ),
    ThemedName(
        "DistortNest",
        "grunge",
        "spotify:track:5ghIJDpPoe3CfHMGu71E6T",
        "Nirvana",
        "Smells Like Teen Spirit",
    ),
    ThemedName(
        "WahNest",
        "blues rock",
        "spotify:track:0wJoRiX5K5BxlqZTolB2LD",
        "Jimi Hendrix",
        "Voodoo Child",
    ),
    ThemedName(
        "CrunchNest",
        "punk rock",
        "spotify:track:124Y9LPRCAz3q2OP0iCvcJ",
        "The Clash",
        "London Calling",
    ),
    ThemedName(
        "FuzzNest",
        "stoner rock",
        "spotify:track:5CQ30WqJwcep0pYcV4AMNc",
        "Black Sabbath",
        "Paranoid",
    ),
    ThemedName(
        "BoostNest", "power pop", "spotify:track:0VjIjW4GlUZAMYd2vXMi3b", "Weezer", "Buddy Holly"
    ),
    ThemedName(
        "SlapNest",
        "slap house",
        "spotify:track:3ZOEytgrvLwQaqXreDs2Jx",
        "Red Hot Chili Peppers",
        "Can't Stop",
    ),
    ThemedName("SnapNest", "trap", "spotify:track:0VgkVdmE4gld66l8iyGjgx", "Future", "Mask Off"),
    ThemedName("PopNest", "pop", "spotify:track:2Fxmhks0bxGSBdJ92vM42m", "Britney Spears", "Toxic"),
    ThemedName(
        "ClickNest",
        "minimal techno",
        "spotify:track:553HOkDZQktOEBKvxTBPS1",
        "Plastikman (Richie Hawtin)",
        "Spastik",
    ),
    ThemedName(
        "BoomNest", "reggaeton", "spotify:track:5YoITs1m0q8UOQ4AW7N5ga", "Daddy Yankee", "Gasolina"
    ),
    ThemedName(
        "HissNest",
        "ambient",
        "spotify:track:4LRPiXqCikLlN15c3yImP7",
        "Brian Eno",
        "Music for Airports",
    ),
    ThemedName(
        "BuzzNest",
        "industrial",
        "spotify:track:2EoOZnxNgtmZaD8uUmz2nD",
        "Nine Inch Nails",
        "Head Like a Hole",
    ),
    ThemedName(
        "TwangNest",
        "country",
        "spotify:track:5rDkA2TFOImbiVenmnE9r4",
        "Johnny Cash",
        "Ring of Fire",
    ),
    ThemedName(
        "StompNest",
        "garage rock",
        "spotify:track:3dPQuX8Gs42Y7b454ybpMR",
        "The White Stripes",
        "Seven Nation Army",
    ),
)
