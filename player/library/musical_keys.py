"""The names of keys, as they are stored: "C", "F#m"."""

NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
KEYS = tuple(f"{note}{mode}" for mode in ("", "m") for note in NOTES)
