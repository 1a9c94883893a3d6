"""Which genres go together: a small table of our own, by who plays for whom and who dances to it.

A genre may stand in several families; whatever shares a family with it is its neighbour. However a
file spells it, a genre we know is called as it is here: "Hip Hop", "hip-hop" and "hiphop" are one.
"""

import re
from collections.abc import Iterator

from player.library.text_folding import fold

SEPARATORS = re.compile(r"[;,/|]+")
FAMILIES = tuple(
    tuple(family.split(","))
    for family in (
        "funk,soul,r&b,neo soul,gospel,blues,jazz,soul jazz,jazz funk,afrobeat,groove,motown",
        "funk,disco,groove,boogie,dance,house,deep house,nu disco,slap house,garage",
        "jazz,swing,bebop,big band,bossa nova,latin jazz,soul jazz,jazz funk,fusion,lounge",
        "a cappella,barbershop,doo wop,gospel,choral,opera",
        "classical,opera,choral,orchestral,chamber music,baroque,piano,soundtrack",
        "house,deep house,techno,minimal techno,electronic,electro,trance,tech house,dance",
        "techno,minimal techno,industrial,idm,electronic,krautrock",
        "bass music,dubstep,drum and bass,jungle,breakbeat,trap,grime,edm,garage",
        "edm,dance,slap house,trance,electropop,dubstep",
        "trip hop,chill,lo-fi,downtempo,dub,ambient,electronica,instrumental hip hop",
        "ambient,drone,new age,field recording,electronic,piano",
        "hip hop,rap,boom bap,trap,lo-fi,trip hop,instrumental hip hop,r&b,neo soul,breakbeat",
        "reggae,dub,ska,dancehall,rocksteady,reggaeton",
        "reggaeton,latin,salsa,cumbia,samba,bossa nova",
        "afrobeat,highlife,afrobeats,afro house",
        "new wave,synthpop,post punk,electropop,synthwave,goth,indie pop",
        "pop,synthpop,electropop,dance,indie pop,power pop,anthem,k pop",
        "indie,indie pop,indie rock,dream pop,shoegaze,lo-fi,alternative,garage rock",
        "rock,classic rock,hard rock,blues rock,garage rock,punk rock,alternative,indie rock",
        "rock,hard rock,alternative,grunge,anthem,power pop,southern rock",
        "metal,hard rock,heavy metal,stoner rock,industrial,grunge,punk rock",
        "psychedelic rock,space rock,progressive rock,stoner rock,krautrock,shoegaze,dream pop",
        "singer-songwriter,folk,indie folk,country,americana,bluegrass,acoustic,blues",
    )
)
ALIASES = {
    fold(alias): name
    for alias, name in (
        ("drum & bass", "drum and bass"),
        ("dnb", "drum and bass"),
        ("rnb", "r&b"),
        ("rhythm and blues", "r&b"),
        ("hiphop", "hip hop"),
        ("lofi", "lo-fi"),
        ("lo-fi hip hop", "lo-fi"),
        ("synth pop", "synthpop"),
        ("electronica", "electronic"),
        ("triphop", "trip hop"),
        ("chillout", "chill"),
        ("afro beat", "afrobeat"),
        ("songwriter", "singer-songwriter"),
    )
}
KNOWN = {fold(name): name for family in FAMILIES for name in family}


def genres_in(tag: str) -> list[str]:
    """The genres of a file's tag: "Funk / Soul" names two."""
    return [canonical(part) for part in SEPARATORS.split(tag) if part.strip()]


def canonical(genre: str) -> str:
    folded = fold(genre)
    return ALIASES.get(folded) or KNOWN.get(folded) or genre.strip().lower()


def neighbours(genre: str) -> list[str]:
    """What shares a family with it, its own family's first members first."""
    found: dict[str, None] = {}
    for own in kin(canonical(genre)):
        for family in FAMILIES:
            if own in family:
                found |= dict.fromkeys(family)
    found.pop(canonical(genre), None)
    return list(found)


def kin(genre: str) -> Iterator[str]:
    """Itself, or the known genre its name ends with: melodic techno is techno."""
    words = fold(genre).split()
    for start in range(len(words)):
        if (ending := " ".join(words[start:])) in KNOWN:
            yield KNOWN[ending]
            return
