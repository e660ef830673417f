"""Who lives on a demo instance: three invented artists, their works in words, what they say to each other. Data only."""
# ruff: noqa: E501 - a description is a sentence, not a line

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Artist:
    """`fields` are the rows of a profile, (name, value)."""

    name: str
    display_name: str
    bio: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Work:
    """`draw` names the function of the artist's module; `days` is how long ago it was posted."""

    artist: str
    draw: str
    title: str
    alt: str
    text: str
    tags: tuple[str, ...]
    days: int


@dataclass(frozen=True)
class Act:
    """`who` likes, boosts or answers the work drawn by `work`; a reply says `text`."""

    who: str
    kind: Literal["like", "boost", "reply"]
    work: str
    text: str = ""


@dataclass(frozen=True)
class Words:
    """A post without a picture."""

    artist: str
    text: str
    days: int


ARTISTS = (
    Artist(
        "mira",
        "Mira Okafor",
        "Ink, water, rag paper. I paint what is left of a landscape when most of it is mist. Herons when they let me.",
        (
            ("Pronouns", "she/her"),
            ("Medium", "Sumi ink and indigo on 300 g rag"),
            ("Prints", "Twice a year, small runs"),
        ),
    ),
    Artist(
        "otto",
        "Otto Lindqvist",
        "Scissors, six sheets of paper, one lamp. Posters and plants. If it needs a seventh colour I start again.",
        (
            ("Pronouns", "he/him"),
            ("Medium", "Cut paper, photographed under one lamp"),
            ("Open for", "Posters and book covers"),
        ),
    ),
    Artist(
        "lena",
        "Lena Arai",
        "Pixel by pixel. 27 colours, quiet places, usually a cat somewhere. Comics without words on Sundays.",
        (("Pronouns", "she/they"), ("Palette", "27 colours, all mine"), ("Cat", "Mochi, in every picture")),
    ),
)

WORKS = (
    Work(
        "lena", "island", "An island for one",
        "Pixel art: a floating island in a pale blue sky with a red-roofed cottage, an apple tree with a swing and a waterfall"
        " that falls into the clouds. A white cat sits at the edge. A striped balloon drifts by.",
        "Rent is low, the post comes by balloon.", ("PixelArt", "FloatingIsland"), 19,
    ),
    Work(
        "mira", "first_light", "First light, seven ridges",
        "Ink and wash: seven mountain ridges behind each other, pale grey far away and nearly black up close, with fir trees"
        " along the nearer ones. A red sun stands on the farthest ridge and nine birds cross a pink sky.",
        "Seven ridges, seven mixes of the same two inks. The sun went on last and I held my breath.",
        ("InkWash", "Landscape", "Mountains"), 17,
    ),
    Work(
        "otto", "monstera", "Monstera, Tuesday",
        "Cut paper: a large monstera with dark, middle and mint green leaves in a cream pot with zigzag bands, before a coral"
        " wall with a mustard sun. One leaf has dropped onto the pink table.",
        "She dropped a leaf on Tuesday. I put it in.", ("CutPaper", "Botanical", "Monstera"), 15,
    ),
    Work(
        "lena", "noodles", "Last noodles before the train",
        "Pixel art: a noodle stall under an elevated railway on a rainy night. A cook in a white cap, two guests on red stools,"
        " red lanterns, a lit train above. A black cat waits beside a vending machine; the wet street mirrors it all.",
        "You have four minutes. That is enough for a small bowl.", ("PixelArt", "Rain", "NightScene"), 13,
    ),
    Work(
        "mira", "heron", "Heron, waiting",
        "Ink and wash: a grey heron stands in shallow water in front of a very large pale moon, looking left. Reeds with brown"
        " heads grow on both sides; rings spread from its feet and its legs break in the reflection.",
        "It stood for forty minutes. So did I.", ("InkWash", "Heron", "Birds"), 11,
    ),
    Work(
        "otto", "lighthouse", "Keeping the light",
        "Cut paper poster: a lighthouse with two red bands on a dark rock sends out two beams under a full moon and many stars."
        " A small house with lit windows stands beside it, a boat with a cream and a coral sail passes, six strips of sea in"
        " front grow paler towards us.",
        "Twelve sheets of blue. I know what my profile says; the sea asked for an exception.",
        ("CutPaper", "Poster", "Lighthouse"), 10,
    ),
    Work(
        "lena", "campfire", "Campfire, looped",
        "Animated pixel art: a campfire flickers in a clearing at night, sparks rise, the stars twinkle. A person in green and a"
        " black cat sit at the fire, a red tent stands on the other side.",
        "Twelve frames. The warm spot is free.", ("PixelArt", "Animation"), 8,
    ),
    Work(
        "otto", "citrus", "Citrus and a blue jug",
        "Cut paper still life: oranges, lemons and slices around a blue bowl with cream dots, and a blue jug with leafy twigs,"
        " on a pink and cream check cloth.",
        "Breakfast had to wait until the shadows were right.", ("CutPaper", "StillLife"), 7,
    ),
    Work(
        "mira", "two_boats", "Two boats, no wind",
        "Ink and wash: a wide, still lake under an ochre sky with dark hills along the far shore and their mirror image. Two"
        " covered boats drift on it; a person with a pointed hat stands with a pole in the nearer one. Reeds at the left.",
        "The second boat is my brother's. He says it is too small. It is.", ("InkWash", "Lake", "Landscape"), 5,
    ),
    Work(
        "lena", "night_room", "Two in the morning",
        "Pixel art: a room at night. A screen glows on a desk in front of a rainy window with a city and a moon, a lamp burns,"
        " books fill a shelf, and a black cat lies awake on a blue bed.",
        "The render is at 80 percent. Mochi is at 0.", ("PixelArt", "CozyRoom"), 4,
    ),
    Work(
        "otto", "window_cat", "The cat knows when you come home",
        "Cut paper: a black cat with a coral collar sits on a window sill between a snake plant and a flowering cactus and looks"
        " out over the lit windows of a town at dusk. Red curtains on both sides, a low moon.",
        "For Lena, who asked why there is never a cat in mine.", ("CutPaper", "Cat", "Dusk"), 3,
    ),
    Work(
        "mira", "pines", "The pine that stayed",
        "Ink and wash: an old pine with five flat crowns leans from a cliff over a valley of cloud. Blue-grey peaks rise behind"
        " it, one of them a steep needle. Five birds fly past.",
        "Every storm takes a branch and it keeps the rest.", ("InkWash", "Pine", "Mountains"), 2,
    ),
    Work(
        "lena", "moon_comic", "Catching the moon",
        "A comic in six panels without words. A black cat finds the moon in a puddle; hits it with a paw, and it breaks into"
        " rings; clouds come and puddle and cat are dark and sad; then the cat looks up at a large smiling moon; climbs to it on"
        " a ladder; and at last sits on the crescent, fishing for a star.",
        "Sunday comic. Read it slowly.", ("PixelArt", "Comic", "Cat"), 1,
    ),
)  # fmt: skip

FOLLOWS = (("mira", "otto"), ("mira", "lena"), ("otto", "mira"), ("otto", "lena"), ("lena", "mira"), ("lena", "otto"))

ACTS = (
    Act("otto", "like", "island"),
    Act("mira", "like", "island"),
    Act("otto", "like", "first_light"),
    Act("lena", "like", "first_light"),
    Act("lena", "boost", "first_light"),
    Act("otto", "reply", "first_light", "How do you stop at seven? I always cut an eighth."),
    Act("mira", "reply", "first_light", "The paper was full."),
    Act("mira", "like", "monstera"),
    Act("lena", "reply", "monstera", "The dropped leaf makes it. Mine drops one whenever I buy a new plant."),
    Act("mira", "like", "noodles"),
    Act("otto", "like", "noodles"),
    Act("mira", "boost", "noodles"),
    Act("mira", "reply", "noodles", "I can smell the rain in this one."),
    Act("lena", "like", "heron"),
    Act("otto", "boost", "heron"),
    Act("lena", "reply", "heron", "Did it catch anything in the end?"),
    Act("mira", "reply", "heron", "A frog, and my full attention."),
    Act("mira", "like", "lighthouse"),
    Act("lena", "boost", "lighthouse"),
    Act("otto", "like", "campfire"),
    Act("mira", "reply", "campfire", "I have watched this for longer than I want to say."),
    Act("lena", "like", "citrus"),
    Act("otto", "like", "two_boats"),
    Act("otto", "reply", "two_boats", "Tell your brother it is the best thing in the picture."),
    Act("mira", "like", "night_room"),
    Act("lena", "like", "window_cat"),
    Act("lena", "boost", "window_cat"),
    Act("lena", "reply", "window_cat", "I asked, and you did it in PAPER. Mochi approves."),
    Act("otto", "like", "pines"),
    Act("lena", "like", "pines"),
    Act("mira", "like", "moon_comic"),
    Act("otto", "like", "moon_comic"),
    Act("otto", "boost", "moon_comic"),
    Act("mira", "reply", "moon_comic", "The dark panel hurt. The next one healed it."),
)

WORDS = (
    Words("mira", "Ground new ink this morning. An hour of circles. I recommend it to everybody who owns a phone.", 12),
    Words("otto", "Small tip: a dull blade tears, it does not cut. Change it before you are angry, not after.", 9),
    Words("lena", "Palette rule of the month: if two colours never touch, they may be the same colour.", 6),
)
