"""The continuity report as a script supervisor reads it: jumps first, then each day with its scenes.

The jumps are questions with both lines under them. The days are the continuity breakdown: in each scene who
wears and carries what, with the scene where the script last said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from cine_forge.film.schemas.continuity import (
    Continuity,
    Jump,
    KeptItem,
    PersonContinuity,
    SceneContinuity,
    Spot,
)

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

_WIDEST = 116
_KINDS = {
    "wardrobe": "WARDROBE",
    "prop": "PROP",
    "destroyed": "PROP",
    "injury": "MAKE-UP",
    "death": "CAST",
    "two_places": "CAST",
    "light": "LIGHT",
}
"""The department that a jump is for."""
_SURE, _LIKELY = 0.65, 0.45


def print_continuity(found: Continuity, console: Console) -> None:
    """Print the report."""
    from rich.text import Text

    width = min(console.width, _WIDEST)
    days = len(found.days)
    counts = f"  {_count(len(found.scenes), 'scene')}, {_count(days, 'story day')}"
    console.print(Text(found.source, "bold").append(counts, "not bold"))
    console.print(f"{_count(len(found.jumps), 'jump')} to look at" if found.jumps else "no jump found")
    for jump in found.jumps:
        console.print()
        for row in _jump(jump, width):
            console.print(row)
    for day, scenes in groupby(found.scenes, key=lambda scene: scene.day):
        console.print()
        console.print(f"[bold reverse] {_day(day)} [/]")
        for scene in scenes:
            for row in _scene(scene, width):
                console.print(row)


def _jump(jump: Jump, width: int) -> Iterator[RenderableType]:
    from rich.text import Text

    style = "bright_red" if jump.confidence >= _SURE else "yellow" if jump.confidence >= _LIKELY else "cyan"
    head = Text().append(f"{_KINDS[jump.kind]:<10}", f"bold {style}").append(jump.what, "bold")
    head.append(f"  {jump.confidence:.0%} sure", "bright_black")
    yield head
    for spot in (jump.before, jump.after):
        yield _line(spot, width)


def _line(spot: Spot, width: int) -> RenderableType:
    from rich.table import Table

    row = Table.grid(padding=(0, 1), expand=False)
    row.width = width
    row.add_column(width=18, justify="right", style="bright_black")
    row.add_column(ratio=1)
    from rich.text import Text

    row.add_row(f"sc. {spot.scene}, line {spot.line}", Text(spot.text))
    return row


def _scene(scene: SceneContinuity, width: int) -> Iterator[RenderableType]:
    from rich.text import Text

    follows = "" if scene.closeness == "later" else f"  {scene.closeness}"
    yield Text(f"{scene.number:>5}  ", "bold").append(scene.heading).append(follows, "cyan")
    for person in scene.people:
        if told := _told(person, scene.number):
            yield Text(f"{'':>7}{person.name:<16} ").append_text(told)


def _told(person: PersonContinuity, number: str) -> Text | None:
    from rich.text import Text

    parts = [
        Text(", ").join(_item(item, number) for item in items)
        for items in (person.wardrobe, person.props, person.injuries)
        if items
    ]
    labels = [
        label
        for label, items in (("wears ", person.wardrobe), ("has ", person.props), ("", person.injuries))
        if items
    ]
    found: Iterable[Text] = (
        Text().append(label, "bright_black").append_text(part)
        for label, part in zip(labels, parts, strict=True)
    )
    return Text("; ").join(found) if parts else None


def _item(item: KeptItem, number: str) -> Text:
    from rich.text import Text

    since = "" if item.scene == number else f" ({item.scene})"
    return Text(item.name).append(since, "bright_black")


def _day(mark: str) -> str:
    kinds = {"D": "DAY", "F": "FLASHBACK", "V": "DREAM"}
    return f"{kinds.get(mark[:1], mark[:1])} {mark[1:]}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
