"""Lines of credit in IPTC IIM and Exif: for people and search engines, of AI they say nothing that a machine reads."""

from collections.abc import Mapping, Sequence

from fedi.policy.reading import generators
from fedi.policy.reading.signal import Found

IIM = {
    (2, 80): "By-line",
    (2, 110): "Credit",
    (2, 115): "Source",
    (2, 116): "Copyright Notice",
    (2, 40): "Special Instructions",
}
# Made With Google AI and others name themselves here.
NAMING = {(2, 110), (2, 115)}
EXIF = {315: "Artist", 33432: "Copyright"}
SOFTWARE, DESCRIPTION, COMMENT = 305, 270, 37510


def iim(said: Mapping[tuple[int, int], Sequence[str]], source: str) -> Found:
    """{(record, data set): values} of the Information Interchange Model (IPTC, 1991)."""
    found = Found()
    for number, name in IIM.items():
        for value in said.get(number, ()):
            found.say(f"iptc {name}", value, source)
            if number in NAMING and generators.names_one(value):
                generators.software(found, f"iptc {name}", value, source)
    return found


def exif(said: Mapping[int, str], source: str) -> Found:
    """{tag: text}; the user comment decoded."""
    found = Found()
    for tag, name in EXIF.items():
        found.say(f"exif {name}", said.get(tag), source)
    generators.software(found, "exif Software", said.get(SOFTWARE, ""), source)
    generators.text(found, "exif ImageDescription", said.get(DESCRIPTION, ""), source)
    generators.text(found, "exif UserComment", said.get(COMMENT, ""), source)
    return found
