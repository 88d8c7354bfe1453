"""Readiness: what is missing before a provider could be asked, and which fallbacks are only wishes.

The plan says it before anything is spent. Nothing is opened and nobody is asked: declarations, the strategy
file and the names in the environment tell it.
"""

from __future__ import annotations

from collections.abc import Mapping

from cine_forge.generation.payloads import Modality
from cine_forge.generation.providers.capabilities import read_capabilities
from cine_forge.generation.routing import Routes
from cine_forge.kernel.ground.errors import Fault

_REMEDIES = {
    "no_key": "set it in the environment",
    "no_host": "set it in the environment, never in a project",
    "no_endpoint": "say under `endpoints` in providers.yaml where it is reached",
    "no_format": "mend `answer_format` in providers.yaml",
}


def unready(provider: str, routes: Routes, environment: Mapping[str, str]) -> Fault | None:
    """Return CF-G078 for a provider that lacks a key, a host or an endpoint, with the nearest remedy."""
    capabilities = read_capabilities(provider, routes.folders)
    found = capabilities.lacking(routes.strategy.endpoints.get(provider), environment)
    if found is None:
        return None
    others = ", or take another provider with `--provider`" if routes.override is None else ""
    return Fault("CF-G078", found[1], "providers.yaml", _REMEDIES[found[0]] + others)


def unwired(modality: str, routes: Routes) -> Fault | None:
    """Return CF-G078 for a fallback that is declared and would never be sent (seed 001, I5)."""
    known = None if routes.override or modality not in list(Modality) else Modality(modality)
    primary = routes.strategy.primary.get(known) if known else None
    if primary is None or primary.declared_fallback is None or primary.fallback is not None:
        return None
    name = primary.declared_fallback
    what = f"fallback `{name}` of `{modality}` is declared and would not be sent"
    hint = f"write `fallback: {name}` instead to have it asked when `{primary.provider}` makes nothing"
    return Fault("CF-G078", what, "providers.yaml", hint)
