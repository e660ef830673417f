"""robots.txt (RFC 9309): who is asked to stay away, and the lines of AIPREF, Content-Signal and RSL in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from fedi.policy.agents import ROSTER, Purpose
from fedi.policy.reading import headers, parsing, paths, words
from fedi.policy.reading.signal import Found

MAX_BYTES = 512_000  # RFC 9309 asks for at least 500 KiB; what follows is not read by crawlers either
MAX_RULES = 20_000
# Purposes that belong together, as in `agents.refused`, and the uses that refusing all of them denies.
PURPOSES = (
    ((Purpose.TRAINING, Purpose.DATASET), "gather for training", words.MINING),
    ((Purpose.SEARCH, Purpose.USER), "fetch for an AI that answers", ("inference",)),
)
SEARCH = ("Googlebot", "bingbot")
_SHOWN = 5


@dataclass
class Group:
    """`rules` are (pattern, whether it allows), `others` the lines that RFC 9309 does not know."""

    agents: list[str] = field(default_factory=list)
    rules: list[tuple[str, bool]] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)


class File:
    """A parsed file, asked about one path."""

    def __init__(self, data: bytes) -> None:
        self.groups: list[Group] = []
        self.licences: list[str] = []
        self._known: dict[tuple[int, ...], dict[str, bool]] = {}
        self._parse(parsing.as_text(data[:MAX_BYTES]))

    def _parse(self, text: str) -> None:
        group, open_ = Group(), True  # lines before any group belong to nobody
        for name, value in islice(_lines(text), MAX_RULES):
            if name == "user-agent":
                if not open_ or not self.groups:
                    group, open_ = Group(), True
                    self.groups.append(group)
                group.agents.append(value.lower())
            elif name == "license":
                self.licences.append(value)
            elif name in {"allow", "disallow"}:
                open_ = False
                if value:
                    group.rules.append((value, name == "allow"))
            elif name in {"content-usage", "content-signal"}:
                open_ = False
                group.others.append((name, value))

    def of(self, agent: str) -> list[Group]:
        """The groups that name an agent, or else those for everybody."""
        mine = [each for each in self.groups if agent.lower() in each.agents]
        return mine or [each for each in self.groups if "*" in each.agents]

    def refuses(self, agent: str, path: str) -> bool:
        """Whether an agent is asked to stay away from a path: the longest rule counts, of two as long the yes."""
        groups = self.of(agent)
        known = self._known.setdefault(tuple(id(each) for each in groups), {})
        if path not in known:
            fitting = (
                (len(pattern), yes) for each in groups for pattern, yes in each.rules if paths.matches(pattern, path)
            )
            known[path] = not max(fitting, default=(0, True))[1]
        return known[path]


def read(data: bytes, source: str, *, target: str) -> Found:
    """What a file says of the address `target`."""
    found, file, path = Found(), File(data), paths.of(target)
    for purposes, doing, axes in PURPOSES:
        names = [each.name for each in ROSTER.agents if each.purpose in purposes]
        refused = [name for name in names if file.refuses(name, path)]
        _refused(found, refused, source, known=len(names), doing=doing, axes=axes)
    if all(file.refuses(agent, path) for agent in SEARCH):
        found.say("robots.txt Disallow", ", ".join(SEARCH), source, words.deny("search"), coarse=True)
    everybody = [line for group in file.of("*") for line in group.others]
    _usage(found, [value for name, value in everybody if name == "content-usage"], file, path, source)
    for name, value in everybody:
        if name == "content-signal" and (said := _signal(value, path)):
            found.say("robots.txt Content-Signal", value, source, words.content_signal(said), coarse=True)
    for address in file.licences:
        found.say("robots.txt License", address, source)
        found.links.setdefault("rsl", parsing.join(source, address))
    return found


def turns_away(data: bytes, agent: str, *, target: str) -> bool:
    """Whether a file asks this agent, by name, to stay away from an address."""
    file = File(data)
    return any(agent in each.agents for each in file.of(agent)) and file.refuses(agent, paths.of(target))


def _refused(found: Found, refused: list[str], source: str, *, known: int, doing: str, axes: Iterable[str]) -> None:
    """Refusing some crawlers speaks to those alone; refusing every one that is known denies the use."""
    if not refused:
        return
    every = len(refused) == known
    shown = ", ".join(refused[:_SHOWN]) + (f" and {len(refused) - _SHOWN} more" if len(refused) > _SHOWN else "")
    found.say(
        "robots.txt Disallow",
        shown,
        source,
        words.deny(*axes) if every else None,
        coarse=True,
        note=f"{'all' if every else len(refused)} of the {known} crawlers known here that {doing}",
    )


def _usage(found: Found, lines: list[str], file: File, path: str, source: str) -> None:
    """The line with the longest path that fits (attach-05); paths that are refused have no preferences."""
    fitting: list[tuple[int, str, str]] = []
    for line in lines:
        pattern, _, value = line.partition(" ")
        if not pattern.startswith("/"):
            note = "without a path, which the draft requires: machines that follow it do not read this line"
            found.say("robots.txt Content-Usage", line, source, note=note)
        elif paths.matches(pattern, path):
            fitting.append((len(pattern), value.strip(), line))
    closed = file.refuses("*", path)
    longest = max((length for length, _, _ in fitting), default=0)
    for length, value, line in fitting:
        if length == longest:
            note = "does not hold here: this path is refused to everybody" if closed else ""
            axes = {} if closed else words.content_usage(value)
            headers.say_usage(found, "robots.txt Content-Usage", line, axes, source, note=note)


def _signal(value: str, path: str) -> str:
    """The signals of a line, which may begin with a path that they are for; '' when it is another."""
    if not value.startswith("/"):
        return value
    pattern, _, rest = value.partition(" ")
    return rest if paths.matches(pattern, path) else ""


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        name, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield name.strip().lower(), value.strip()
