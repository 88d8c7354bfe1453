"""Prompting: prompt modules as planning meets them.

It lets planning build and check the blocks of a module without knowing what blocks are, with the
conventions of our recipes, and holds what was settled until the run asks for it. The rooms behind it are
imported when the first prompt module is met.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cine_forge.kernel.ground.config import ConfigNamespace
from cine_forge.kernel.planning.policy import Ruling
from cine_forge.kernel.stages.discovery import Module
from cine_forge.kernel.stages.loading import is_prompt_module


class PromptBlocks:
    """The plan's answer about modules that are built from config; see `kernel/planning/policy.py`.

    `project` is the folder in which a rehearsal's answers are looked for.
    """

    def __init__(self, project: Path) -> None:
        self._project = project
        self._known: dict[Path, bool] = {}
        self._settled: dict[str, Mapping[str, Any]] = {}
        self._calls: dict[str, int] = {}

    def consumes(self, module: Module) -> bool:
        """Say whether the module offers `build_block`."""
        if module.folder not in self._known:
            self._known[module.folder] = is_prompt_module(module)
        return self._known[module.folder]

    def read(self, stage: str, module: Module, config: ConfigNamespace) -> tuple[Ruling, ...]:
        """Build and check the module's tree, hold what was settled, and return what was decided."""
        from cine_forge.authoring.conventions import block_policies
        from cine_forge.kernel.stages.prompting import compile_block, order_of

        compiled = compile_block(module, config, block_policies(), root=self._project)
        if compiled.answers is not None:
            self._check(compiled.answers, config.place("answers"))
        self._settled[stage], self._calls[stage] = order_of(compiled), compiled.calls
        return tuple(_ruling(stage, decision) for decision in compiled.decisions)

    def _check(self, answers: Mapping[str, Any], place: str) -> None:
        """Read a rehearsal's answers as the provider will. Raises ProjectError CF-G046 with its place."""
        from cine_forge.generation.payload_kinds.answers import read_sheet, sheet_of

        if "answers" in answers:
            read_sheet(self._project / answers["answers"]["path"])
        else:
            sheet_of(answers["answer_sheet"], place)

    def settled(self, stage: str) -> Mapping[str, Any] | None:
        """Return what was settled for a stage."""
        return self._settled.get(stage)

    def calls(self, stage: str) -> int:
        """Return how many times a stage's unit may ask a model, at most; 1 for a module of another kind."""
        return self._calls.get(stage, 1)


def _ruling(stage: str, decision: Mapping[str, Any]) -> Ruling:
    question = f"{decision['asked']} (of `{stage}`)"
    return Ruling(f"blocks.{decision['policy']}", question, ", ".join(decision["chosen"]), decision["reason"])
