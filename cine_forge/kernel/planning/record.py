"""The record: what policies decided and which defaults were used while a plan was made, once each.

The run tells it as events, a strict command refuses it. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from cine_forge.kernel.ground.errors import Fault
from cine_forge.kernel.planning.policy import Asked, Estimate, Reuse, Ruling, Spend

Heard = Callable[[str, Mapping[str, Any]], None]
"""Hears of what is noted: an event's name and its fields."""


class UsedDefault(NamedTuple):
    """A value that nobody gave. `write` says what to write, and where, to give it."""

    name: str
    value: Any
    write: str
    where: str = ""

    def fault(self) -> Fault:
        """Return what a strict command says of it."""
        return Fault(
            "CF-P040", f"`{self.name}` is left to its default `{_shown(self.value)}`", self.where, self.write
        )


class Record:
    """Grows while a plan is made; of two that say the same the first stays."""

    def __init__(self) -> None:
        self.warnings: list[Fault] = []
        self._rulings: dict[tuple[str, str, str], Ruling] = {}
        self._defaults: dict[str, UsedDefault] = {}
        self._heard: Heard | None = None

    @property
    def rulings(self) -> tuple[Ruling, ...]:
        """Return the decisions in the order they were taken."""
        return tuple(self._rulings.values())

    @property
    def defaults(self) -> tuple[UsedDefault, ...]:
        """Return the defaults in the order they were used."""
        return tuple(self._defaults.values())

    @property
    def names(self) -> Collection[str]:
        """Return the names of the defaults noted so far."""
        return self._defaults.keys()

    def warn(self, warning: Fault) -> None:
        """Note what a person should know before anything runs."""
        if warning not in self.warnings:
            self.warnings.append(warning)
            if self._heard:
                self._heard(*_told(warning))

    def decide(self, ruling: Ruling) -> None:
        """Note a policy's decision."""
        key = (ruling.policy, ruling.question, ruling.answer)
        if key not in self._rulings:
            self._rulings[key] = ruling
            if self._heard:
                self._heard(*_told(ruling))

    def use(self, default: UsedDefault) -> None:
        """Note that a default was used."""
        if default.name not in self._defaults:
            self._defaults[default.name] = default
            if self._heard:
                self._heard(*_told(default))

    def listen(self, heard: Heard) -> None:
        """Tell all that is noted, as events by name and fields, and from now on whatever is noted later."""
        noted: tuple[Ruling | UsedDefault | Fault, ...] = (*self.rulings, *self.defaults, *self.warnings)
        for one in noted:
            heard(*_told(one))
        self._heard = heard


class RecordedSpend(NamedTuple):
    """A spend policy whose choices of provider and model are noted, once for each kind of generation."""

    spend: Spend
    record: Record

    def route(self, asked: Asked) -> Mapping[str, str]:
        """Return what the policy answers, and note it."""
        route = self.spend.route(asked)
        if route:
            question = f"who makes {asked.resources.get('modality', 'it')} for `{asked.stage}`"
            answer = " ".join(route[key] for key in ("provider", "model") if key in route)
            self.record.decide(Ruling("spend", question, answer, route.get("reason", "")))
        return route

    def estimate(self, asked: Asked) -> Estimate | None:
        """Return what the policy answers, and note what else it has to say of the price."""
        found = self.spend.estimate(asked)
        if found is not None and found.reason:
            question = f"how estimates for `{asked.stage}` turned out"
            self.record.decide(Ruling("price", question, found.provider, found.reason))
        return found


class RecordedReuse(NamedTuple):
    """A reuse policy whose choice to keep what a change could make anew is noted, once a kind."""

    reuse: Reuse
    record: Record

    def spares(self, determinism: str, changed: Collection[str]) -> bool:
        """Return what the policy answers, and note when it keeps what changed."""
        spared = self.reuse.spares(determinism, changed)
        if spared and changed:
            kinds = sorted({name.partition(":")[0] for name in changed})
            question = f"whether a change of {' and '.join(kinds)} makes anew what is {determinism}"
            self.record.decide(Ruling("reuse", question, "no", "it changes who makes it, not what was asked"))
        return spared


def _told(noted: Ruling | UsedDefault | Fault) -> tuple[str, dict[str, Any]]:
    match noted:
        case Ruling():
            return "policy_decided", noted._asdict()
        case UsedDefault():
            return "default_used", {"name": noted.name, "value": noted.value}
    return "warning", {"message": str(noted)}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "nothing" if value is None else str(value)
