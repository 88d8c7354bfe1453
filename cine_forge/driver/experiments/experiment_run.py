"""An experiment carried out: every arm planned first, then run in a project of its own, then compared.

Arms run one after the other, so that their times can be compared. What comes out is the index,
`experiment_index/1`, in `experiments/<name>/` as JSON, CSV and a page.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cine_forge.driver.command import run_request
from cine_forge.driver.experiments.arm import FOLDER, base_of, make_arm
from cine_forge.driver.experiments.experiment import Arm, Experiment
from cine_forge.driver.experiments.experiment_index import index_of, read_index, write_index
from cine_forge.driver.interruption import INTERRUPTED
from cine_forge.driver.places import Places
from cine_forge.driver.run import worst
from cine_forge.driver.wiring import utc_now, wire
from cine_forge.kernel.ground.errors import Fault, UsageError
from cine_forge.kernel.ground.files import make_folder
from cine_forge.kernel.ground.lock import Holder, ProjectLock
from cine_forge.kernel.planning.compilation import compile_plan
from cine_forge.kernel.planning.plan import Plan


@dataclass(frozen=True)
class Trial:
    """One carrying out: the experiment, the project, the name of its folder, the cap of each arm in USD."""

    experiment: Experiment
    project: Path
    name: str
    budget_usd: float | None = None
    jobs: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def folder(self) -> Path:
        """Return the experiment's folder."""
        return self.project / FOLDER / self.name

    def plans(self, places: Places) -> list[tuple[Arm, Plan]]:
        """Plan every arm, against its own folder where there is one; writes nothing."""
        return [(arm, self._plan(arm, places)) for arm in self.experiment.arms]

    def carry_out(self, places: Places, say: Callable[[str], None]) -> tuple[int, dict[str, Any]]:
        """Run every arm; return the exit status and the index.

        A fault of recipe or params is raised before anything is written. An arm that fails does not keep the
        others from running. Raises UsageError CF-U064 when the project changed since the arms were made,
        LockedError CF-U030 while a run of the project goes on.
        """
        self.plans(places)
        base = self._begin()
        statuses: dict[str, int] = {}
        for arm in self.experiment.arms:
            say(f"arm {arm.name}")
            asked = self.experiment.request(arm, self.folder / arm.name)
            request = asked._replace(budget_usd=self.budget_usd, jobs=self.jobs, environment=self.environment)
            with redirect_stdout(sys.stderr):
                statuses[arm.name] = run_request(request)
            if statuses[arm.name] == INTERRUPTED:
                break
        index = index_of(self.folder, self.experiment, statuses, base)
        write_index(self.folder, index, self.project)
        return worst(statuses.values()), index

    def _plan(self, arm: Arm, places: Places) -> Plan:
        own = self.folder / arm.name
        wired = wire(self.experiment.request(arm, own if own.is_dir() else self.project), places, write=False)
        with wired.store:
            return compile_plan(wired.commission, wired.view).plan()

    def _begin(self) -> str:
        """Make the arms' folders while nobody else runs in the project; return what they began with."""
        make_folder(self.folder)
        lock = ProjectLock(self.project / "run.lock")
        since = utc_now().isoformat(timespec="seconds")
        lock.try_acquire(Holder.here(command=f"cine-forge experiments run {self.name}", since=since))
        with lock:
            base, before = base_of(self.project), read_index(self.folder)
            if before is not None and before["base"] != base:
                what = f"the project changed since the arms of `{self.name}` were made from it"
                hint = "begin the experiment anew beside it with --name NAME"
                raise UsageError(Fault("CF-U064", what, str(self.folder), hint))
            for arm in self.experiment.arms:
                make_arm(self.project, self.folder / arm.name)
        return base
