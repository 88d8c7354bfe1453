"""The workload: a graph of stages that all contestants carry out alike.

Each stage reads the JSON files of the stages before it, hashes them and writes about 1 KB of JSON. Stages
with an input file read that as well: those that read no other, and the one in the middle, whose file is
what `change` rewrites.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Workload:
    """A graph: `needs` maps each stage to the stages that it reads, makers first."""

    name: str
    needs: dict[str, tuple[str, ...]]
    middle: str

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Return the stages that read an input file."""
        return tuple(stage for stage, needs in self.needs.items() if not needs or stage == self.middle)

    @cached_property
    def due(self) -> frozenset[str]:
        """Return what must be made again when the middle input changes: that stage and all that reads it."""
        found = {self.middle}
        for stage, needs in self.needs.items():
            if found.intersection(needs):
                found.add(stage)
        return frozenset(found)

    def write(self, folder: Path) -> None:
        """Write the input files."""
        (folder / "inputs").mkdir(parents=True)
        for stage in self.sources:
            (folder / "inputs" / f"{stage}.txt").write_text(f"the first input of {stage}\n")

    def change(self, folder: Path) -> None:
        """Rewrite the middle input."""
        (folder / "inputs" / f"{self.middle}.txt").write_text(f"another input of {self.middle}\n")


def layers(count: int, width: int) -> Workload:
    """Return `count` layers of `width` stages; each reads two of the layer before.

    The middle stage has `1 + 2 + … + count // 2` consequences, itself counted: 15 of ten layers.
    """
    needs: dict[str, tuple[str, ...]] = {}
    for layer in range(count):
        for at in range(width):
            before = sorted({at, (at + 1) % width}) if layer else []
            needs[_stage(layer, at)] = tuple(_stage(layer - 1, one) for one in before)
    return Workload(f"{count} layers of {width}", needs, _stage((count + 1) // 2, width // 2))


def chain(length: int) -> Workload:
    """Return stages that read each the one before it."""
    needs = {_stage(at, 0): (_stage(at - 1, 0),) if at else () for at in range(length)}
    return Workload(f"a chain of {length}", needs, _stage(length // 2, 0))


def _stage(layer: int, at: int) -> str:
    return f"s{layer:04d}x{at:04d}"
