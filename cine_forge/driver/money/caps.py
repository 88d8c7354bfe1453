"""Caps: the budget of a project's file and of a command, as the door of generation takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cine_forge.generation.money.budget import Budget

if TYPE_CHECKING:
    from cine_forge.film.project import Project


def budget_of(project: Project | None, run_micro_usd: int | None) -> Budget:
    """Return the caps that hold for a command. `run_micro_usd` is the cap of its run, whoever gave it."""
    if project is None:
        return Budget(run=run_micro_usd)
    from cine_forge.film.project import micro_usd_of

    spec = project.budget
    return Budget(
        project=None if spec.project is None else micro_usd_of(spec.project),
        run=run_micro_usd,
        stages={stage: micro_usd_of(usd) for stage, usd in spec.stage.items()},
        kinds={} if spec.shot is None else {"shot": micro_usd_of(spec.shot)},
    )
