"""Policies: the decisions that the application injects into planning.

The kernel asks; it has no opinion. Each protocol is one question; wiring answers them all in one
`Policies` value. An answer that matters is a component of the fingerprint or a reason in the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.ground.config import ConfigNamespace
from cine_forge.kernel.ground.errors import CineForgeError
from cine_forge.kernel.planning.retry import DeclaredRetry
from cine_forge.kernel.planning.reuse import ExactReuse
from cine_forge.kernel.planning.selection import FollowNeeds, Selection
from cine_forge.kernel.recipes.graph import RecipeGraph
from cine_forge.kernel.recipes.recipe import Resilience
from cine_forge.kernel.recipes.selector import Chosen, SuffixSelectors
from cine_forge.kernel.stages.discovery import Module


class Asked(NamedTuple):
    """A unit as a policy sees it: plain data, inputs by name as they stand now."""

    stage: str
    entity: str
    module: str
    params: Mapping[str, Any]
    inputs: Mapping[str, Any]
    resources: Mapping[str, Any] = MappingProxyType({})


class Estimate(NamedTuple):
    """Who would make it and for how much. Money is micro-USD, time is seconds of waiting."""

    provider: str
    micro_usd: int
    seconds: float = 0.0
    reason: str = ""


class Ruling(NamedTuple):
    """What a policy decided: which one, about what, what came out, and why. Each is told once in a run."""

    policy: str
    question: str
    answer: str
    why: str = ""


class Selectors(Protocol):
    """Knows what a person means by a short name."""

    def stages(self, selector: str, stage_ids: Collection[str]) -> Chosen:
        """Return the stages meant. Raises RecipeError when there is none, or it is not clear which."""

    def module(self, name: str, module_ids: Collection[str]) -> Chosen | None:
        """Return the module meant, None when there is none. Raises RecipeError when it is not clear."""


class Selects(Protocol):
    """Knows which stages a command is about."""

    def stages(self, selection: Selection, graph: RecipeGraph) -> frozenset[str]:
        """Return the ids of the stages that may run."""


class Reuse(Protocol):
    """Knows whether a kept result still answers."""

    def spares(self, determinism: str, changed: Collection[str]) -> bool:
        """Say whether the kept result stays in use although these components of its fingerprint changed."""


class Retry(Protocol):
    """Knows which failed try is worth another. It is asked while a run goes on."""

    def wait_s(self, error: CineForgeError, tries: Resilience, *, number: int, seed: int) -> float | None:
        """Return how many seconds to wait after try `number` (from 1), or None to give up.

        `seed` is the unit's own: what chance decides comes out the same in a run made again.
        """


class Blocks(Protocol):
    """Knows the modules that are built from config."""

    def consumes(self, module: Module) -> bool:
        """Say whether a module reads config; no code is run for that of a module that is not made so."""

    def read(self, stage: str, module: Module, config: ConfigNamespace) -> tuple[Ruling, ...]:
        """Build what the stage does from its config, and so consume it; return what was decided.

        Raises CineForgeErrors that the writer of the recipe or of the module can mend.
        """

    def settled(self, stage: str) -> Mapping[str, Any] | None:
        """Return what a stage that was read needs where its units work, as plain data, else None."""


class Approvers(Protocol):
    """Knows whether somebody could ever open a gate."""

    def missing(self, stage: str, mode: Any) -> str | None:
        """Return what to do when nobody could, None when somebody can. `mode` is the gate's param."""


ReadExtension = Callable[[ConfigNamespace], None]
"""A plug-in that reads its own block of `extensions`."""


class Foresight(Protocol):
    """May run a pure module in memory, so that the plan knows what its consequences will read."""

    def __call__(self, asked: Asked) -> tuple[Draft, ...] | None:
        """Return what the unit would keep, or None when that cannot be known without doing it.

        Raises a CineForgeError that the user can mend; the plan is then refused.
        """


class Gate(Protocol):
    """Decides whether an approval gate is open."""

    def holds(self, asked: Asked, decisions: tuple[Mapping[str, Any], ...]) -> str | None:
        """Return the sentence a person reads while the gate is shut, or None when it is open."""


class Spend(Protocol):
    """Knows providers and prices."""

    def route(self, asked: Asked) -> Mapping[str, str]:
        """Return what was chosen for the unit's modality (`provider`, `model`, `reason`), or nothing."""

    def estimate(self, asked: Asked) -> Estimate | None:
        """Return the price of running the unit, or None when it spends nothing."""


class Locator(Protocol):
    """Knows where in the user's own files a value came from."""

    def __call__(self, artifact_type: str, data: Mapping[str, Any], path: str) -> str | None:
        """Return `file:line` for the JSON pointer `path` within the data, or None."""


class Policies(NamedTuple):
    """All answers that planning needs; None means that the question has no answer here."""

    foresight: Foresight | None = None
    gate: Gate | None = None
    spend: Spend | None = None
    locator: Locator | None = None
    blocks: Blocks | None = None
    approvers: Approvers | None = None
    selectors: Selectors = SuffixSelectors()
    selects: Selects = FollowNeeds()
    reuse: Reuse = ExactReuse()
    retry: Retry = DeclaredRetry()
    extensions: Mapping[str, ReadExtension] = MappingProxyType({})
