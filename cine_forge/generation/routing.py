"""Routing: which provider and model carry a payload, and why (seed 001, I6).

The order is fixed: an override from the command line, then the first exception that fits, then the
primary of the modality. A `fallback` is asked when the first provider made nothing; a `declared_fallback` is
only shown as declared. An override has neither: the person chose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import Field, PositiveInt

from cine_forge.generation.action import Action, action_of
from cine_forge.generation.length import length_s
from cine_forge.generation.payloads import AnyPayload, Modality
from cine_forge.generation.profiles import Declared
from cine_forge.generation.providers.endpoint import Endpoint
from cine_forge.kernel.ground.errors import Fault, ProjectError, UsageError, listed, nearest
from cine_forge.kernel.ground.source import Source, load_source, validate_model
from cine_forge.staging.grammar import Tier


@dataclass(frozen=True)
class Route:
    """The chosen provider and model. `declared_fallback` is a wish of the file, `fallback` a promise."""

    provider: str
    model: str
    reason: str
    declared_fallback: str | None = None
    fallback: str | None = None


class Condition(Declared):
    """When an exception fits: every key that is given must be equal, and what is asked for longer."""

    modality: Modality
    action: Action | None = None
    tier: Tier | None = None
    longer_than_s: float | None = Field(None, gt=0)


class ExceptionRule(Declared):
    """A case that goes elsewhere, with the reason a person gave."""

    when: Condition
    provider: str
    because: str
    fallback: str | None = None


class Primary(Declared):
    """Where a modality goes unless something else is said."""

    provider: str
    declared_fallback: str | None = None
    fallback: str | None = None


class Strategy(Declared):
    """The whole of `configs/providers.yaml`. `providers` maps provider to modality to model.

    `endpoints` says where a provider of one's own choice is reached, `slots` how many generations an account
    has at once.
    """

    providers: dict[str, dict[Modality, str]] = Field(min_length=1)
    primary: dict[Modality, Primary]
    exceptions: tuple[ExceptionRule, ...] = ()
    endpoints: dict[str, Endpoint] = Field(default_factory=dict)
    slots: dict[str, PositiveInt] = Field(default_factory=dict)


@dataclass(frozen=True)
class Routes:
    """The strategy with the override of this command, if any; `folders` hold adapters besides ours."""

    strategy: Strategy
    override: str | None = None
    folders: tuple[Path, ...] = ()

    def choose(self, payload: AnyPayload) -> Route:
        """Return the route of a payload. Raises ProjectError CF-G041 when nobody carries its modality."""
        modality = Modality(payload.modality)
        if self.override:
            return self._via(self.override, modality, f"override: --provider {self.override}")
        for rule in self.strategy.exceptions:
            if _fits(rule.when, payload):
                told = f"exception: {rule.because}{_wired(rule.fallback)}"
                return replace(self._via(rule.provider, modality, told), fallback=rule.fallback)
        primary = self.strategy.primary.get(modality)
        if primary is None:
            raise ProjectError(_nobody(f"no primary provider of `{modality}`", self.strategy.primary))
        wish = primary.declared_fallback
        note = _wired(primary.fallback) or (f" (fallback `{wish}` is declared, not tried)" if wish else "")
        route = self._via(primary.provider, modality, f"primary of {modality}{note}")
        return replace(route, declared_fallback=wish, fallback=primary.fallback)

    def taken_over(self, payload: AnyPayload, provider: str, because: str) -> Route:
        """Return the route of a fallback."""
        return self._via(provider, Modality(payload.modality), because)

    def _via(self, provider: str, modality: Modality, reason: str) -> Route:
        model = self.strategy.providers[provider].get(modality)
        if model is None:
            what = f"provider `{provider}` has no model for `{modality}`"
            raise ProjectError(_nobody(what, self.strategy.providers[provider]))
        return Route(provider, model, reason)


def read_routes(path: Path, override: str | None = None, folders: tuple[Path, ...] = ()) -> Routes:
    """Read the strategy file. A provider that it names and does not list goes by its own declaration.

    Raises ProjectError CF-G040 for a file that is wrong or names a provider it does not list, and
    UsageError CF-G040 for an override that it does not list.
    """
    source = load_source(path)
    written = validate_model(source, Strategy, family=ProjectError, code="CF-G040")
    strategy = _with_declared(written, override, folders)
    faults = _unknown_providers(source, strategy) or _unfit_fallbacks(source, strategy)
    if faults:
        raise ProjectError(*faults)
    if override is not None and override not in strategy.providers:
        raise UsageError(
            Fault("CF-G040", f"there is no provider `{override}`", hint=_known(override, strategy))
        )
    return Routes(strategy, override, folders)


def _with_declared(strategy: Strategy, override: str | None, folders: tuple[Path, ...]) -> Strategy:
    """Return the strategy with what providers declare that it names without listing them."""
    named = {*strategy.endpoints, *strategy.slots, override}
    for rule in strategy.exceptions:
        named |= {rule.provider, rule.fallback}
    for primary in strategy.primary.values():
        named |= {primary.provider, primary.declared_fallback, primary.fallback}
    missing = sorted(name for name in named if name is not None and name not in strategy.providers)
    if not missing:
        return strategy
    from cine_forge.generation.providers.capabilities import provider_names, read_capabilities

    known = provider_names(folders)
    declared = {name: read_capabilities(name, folders).models for name in missing if name in known}
    return strategy.model_copy(update={"providers": {**declared, **strategy.providers}})


def _fits(when: Condition, payload: AnyPayload) -> bool:
    tier = getattr(payload, "tier", None)
    return (
        when.modality == payload.modality
        and when.action in (None, action_of(payload))
        and when.tier in (None, tier)
        and (when.longer_than_s is None or length_s(payload) > when.longer_than_s)
    )


def _unknown_providers(source: Source, strategy: Strategy) -> list[Fault]:
    named: list[tuple[tuple[str | int, ...], str | None]] = []
    for modality, primary in strategy.primary.items():
        named.append((("primary", modality.value, "provider"), primary.provider))
        named.append((("primary", modality.value, "declared_fallback"), primary.declared_fallback))
        named.append((("primary", modality.value, "fallback"), primary.fallback))
    for index, rule in enumerate(strategy.exceptions):
        named.append((("exceptions", index, "provider"), rule.provider))
        named.append((("exceptions", index, "fallback"), rule.fallback))
    named += [(("endpoints", name), name) for name in strategy.endpoints]
    named += [(("slots", name), name) for name in strategy.slots]
    return [
        source.fault("CF-G040", f"there is no provider `{name}`", *path, hint=_known(name, strategy))
        for path, name in named
        if name is not None and name not in strategy.providers
    ]


def _unfit_fallbacks(source: Source, strategy: Strategy) -> list[Fault]:
    """Return a fault for each fallback that could never be asked."""
    named: list[tuple[tuple[str | int, ...], Modality, str, str | None]] = [
        (("primary", modality.value, "fallback"), modality, one.provider, one.fallback)
        for modality, one in strategy.primary.items()
    ]
    named += [
        (("exceptions", number, "fallback"), rule.when.modality, rule.provider, rule.fallback)
        for number, rule in enumerate(strategy.exceptions)
    ]
    faults = []
    for path, modality, first, second in named:
        if second is not None and second == first:
            faults.append(source.fault("CF-G040", f"`{first}` cannot take over from itself", *path))
        elif second is not None and modality not in strategy.providers.get(second, {}):
            what = f"fallback `{second}` has no model for `{modality}`"
            faults.append(source.fault("CF-G040", what, *path, hint="give it one under `providers`"))
    return faults


def _wired(fallback: str | None) -> str:
    return f" (fallback `{fallback}`)" if fallback else ""


def _known(name: str, strategy: Strategy) -> str:
    return nearest(name, strategy.providers) or f"known: {listed(sorted(strategy.providers))}"


def _nobody(what: str, known: Iterable[Modality]) -> Fault:
    names = listed([str(name) for name in known]) or "none"
    return Fault("CF-G041", what, "providers.yaml", f"it carries: {names}")
