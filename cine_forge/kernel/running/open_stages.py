"""Open stages: which stages have begun, how many units each has left, and when it is told to have ended.

The count goes down by one for each unit that settles; only a plan that grows is counted again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.planning.compilation import Compilation
from cine_forge.kernel.running.events import Tell


class OpenStages:
    """The stages of a run between their first unit and their last."""

    def __init__(self, compilation: Compilation, tell: Tell) -> None:
        self._plan = compilation
        self._tell = tell
        self._left = {stage: len(compilation.units(stage)) for stage in compilation.commission.order}
        self._begun: set[str] = set()
        self._ended: set[str] = set()
        self._emptied: dict[str, None] = {}

    def open(self, stage: str) -> None:
        """Tell that a stage has begun, once."""
        if stage not in self._begun:
            self._begun.add(stage)
            module = self._plan.commission.briefs[stage].module.manifest.module_id
            self._tell("stage_started", UnitKey(stage=stage, entity=""), module=module)

    def count(self, unit: UnitKey) -> None:
        """Count a unit as settled."""
        self._left[unit.stage] -= 1
        if self._left[unit.stage] <= 0:
            self._emptied[unit.stage] = None

    def over(self) -> Iterator[str]:
        """Yield the begun stages that have no unit left and get no more, each once."""
        for stage in tuple(self._emptied):
            if stage in self._begun and self._is_whole(stage):
                del self._emptied[stage]
                yield stage

    def close(self, stage: str, status: str, cost_usd: float) -> None:
        """Tell that a stage has ended, once."""
        if stage not in self._ended:
            self._ended.add(stage)
            self._tell("stage_finished", UnitKey(stage=stage, entity=""), status=status, cost_usd=cost_usd)

    def recount(self, settled: Collection[UnitKey], changed: Iterable[UnitKey]) -> None:
        """Count the stages of these units again, after the plan has grown."""
        for stage in {unit.stage for unit in changed}:
            self._left[stage] = sum(unit not in settled for unit in self._plan.units(stage))
            if self._left[stage] <= 0:
                self._emptied[stage] = None
            else:
                self._emptied.pop(stage, None)

    def _is_whole(self, stage: str) -> bool:
        fan = self._plan.wires(stage).fan
        return fan is None or (self._left[fan.stage] <= 0 and self._plan.complete(stage))
