"""`cine-forge lineage REF`: what an artifact was made from, and what was made from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cine_forge.cli.project import project_option

if TYPE_CHECKING:
    from cine_forge.kernel.artifacts.lineage.lineage import Step


@dataclass(frozen=True)
class Walk:
    """Which way to go from an artifact, and whether beyond the next."""

    up: bool
    down: bool
    transitive: bool

    @property
    def ways(self) -> tuple[str, ...]:
        """Return `up`, `down` or both; upwards when nothing is said."""
        return tuple(way for way, asked in (("up", self.up or not self.down), ("down", self.down)) if asked)


@click.command()
@click.argument("ref")
@click.option("--up", is_flag=True, help="What it was made from; this is what is told when nothing is said.")
@click.option("--down", is_flag=True, help="What was made from it.")
@click.option("--all", "transitive", is_flag=True, help="Directly or not.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@project_option
def lineage(ref: str, folder: Path, *, as_json: bool, **asked: bool) -> None:
    """List what REF was made from or, with --down, what was made from it, each with its role.

    REF is `type/entity@v3`, or `type/entity` for the current version.
    """
    from cine_forge.driver.kept import find_ref, open_store

    walk = Walk(**asked)
    with open_store(folder) as store:
        start = find_ref(store, ref)
        told = {
            way: store.lineage.walk(start, down=way == "down", transitive=walk.transitive)
            for way in walk.ways
        }
    if as_json:
        edges = {way: [_edge(step) for step in steps] for way, steps in told.items()}
        click.echo(
            json.dumps({"schema": "lineage/1", "ref": str(start), **edges}, indent=1, ensure_ascii=False)
        )
        return
    for way, steps in told.items():
        if len(told) > 1:
            click.echo(f"{way}:")
        for line in _lines(steps, way):
            click.echo(line)


def _lines(steps: tuple[Step, ...], way: str) -> Iterator[str]:
    """Yield each ref once, nearest first; what is not made directly tells through what it hangs together."""
    met = set()
    for step in steps:
        ends = (step.link.made_from, step.link.consequence)
        there, here = ends if way == "up" else ends[::-1]
        if there not in met:
            met.add(there)
            through = f"  of {here}" if step.depth > 1 and way == "up" else ""
            through = f"  from {here}" if step.depth > 1 and way == "down" else through
            yield f"{there}  {step.link.role}{through}"


def _edge(step: Step) -> dict[str, object]:
    link = step.link
    ends = {"of": str(link.consequence), "made_from": str(link.made_from)}
    return {**ends, "role": link.role, "digest": link.digest, "depth": step.depth}
