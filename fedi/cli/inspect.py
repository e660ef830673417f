"""`fedi inspect`: what a file or a page says to machines, with or without an instance."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from fedi import net
from fedi.inspection import address, file
from fedi.inspection.result import Inspection
from fedi.policy.reading import sentences
from fedi.policy.reading.signal import Signal

PLAIN_WIDTH = 240  # where nobody says how wide it is, values stay on one line


@click.command()
@click.argument("target", metavar="IMAGE-OR-URL")
@click.option("--json", "as_json", is_flag=True, help="print what was found as JSON")
def inspect(target: str, *, as_json: bool) -> None:
    """Read every AI-consent signal, provenance statement and generator mark out of a file or a page."""
    found = _inspect(target)
    if as_json:
        click.echo(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, emoji=False, width=PLAIN_WIDTH)
    console.print(f"What a machine reads in {found.subject}", soft_wrap=True)
    for table in _tables(found):
        console.print()
        console.print(table)
    console.print()
    for line in _lines(found):
        console.print(line, soft_wrap=True)


def _inspect(target: str) -> Inspection:
    if not target.lower().startswith(("https://", "http://")):
        return file.inspect(Path(target))
    try:
        return net.call(address.inspect(target))
    finally:
        net.close_background()


def _tables(found: Inspection) -> list[Table]:
    """Values were cleaned when they were read: no table holds a character that a terminal obeys."""
    speaking = [each for each in found.signals if each.axes or each.note]
    tables = [_signals("Said about AI and search", speaking)] if speaking else []
    beside = [each for each in found.signals if each not in speaking]
    if beside:
        tables.append(_plain("Licence and credit, in which no machine finds an answer about AI", beside))
    if found.reading:
        together = _table("All together, the strictest answer", "use", "answer")
        for axis in sentences.USES:
            said = sentences.of(axis, found.reading[axis]) if axis in found.reading else "nothing said"
            together.add_row(sentences.use(axis), said)
        tables.append(together)
    return tables


def _signals(title: str, signals: Sequence[Signal]) -> Table:
    table = _table(title, "where", "what stands there", "what a machine reads", "source")
    for each in signals:
        words = sentences.line(each.axes) or "Nothing"
        table.add_row(each.layer, each.value, f"{words} ({each.note})" if each.note else words, each.source)
    return table


def _plain(title: str, signals: Sequence[Signal]) -> Table:
    table = _table(title, "where", "what stands there", "source")
    for each in signals:
        table.add_row(each.layer, each.value, each.source)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for each in columns:
        table.add_column(each, overflow="fold")
    return table


def _lines(found: Inspection) -> list[str]:
    lines = [] if found.reading else ["Nothing is said about AI: no consent, and no refusal."]
    for each in found.conflicts:
        said = "; ".join(f"{answer} says {', '.join(layers)}" for answer, layers in each.sides)
        lines.append(f"CONTRADICTION about {sentences.USES[each.axis]}: {said}")
    if found.reading and not found.conflicts:
        lines.append("No contradiction.")
    said = "; ".join(f"{name} {value}" for name, value in found.provenance.items() if value and isinstance(value, str))
    lines.append(f"Provenance (C2PA): {said or 'none'}")
    lines += [f"Made with: {each.value} ({each.layer}){' - made by AI' if each.ai else ''}" for each in found.marks]
    if not found.marks:
        lines.append("Made with: nothing said")
    lines += [f"{each.place}: {each.outcome} ({each.address})" for each in found.silent]
    return lines
