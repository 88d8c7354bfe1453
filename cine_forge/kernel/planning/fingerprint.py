"""Fingerprints: the hash of all that a unit's result depends on, and of nothing else.

The fingerprint is kept taken apart (`components`, name to digest), so that the next plan can name what
changed. The kind of a component is the part of its name before the first colon.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cine_forge.kernel.ground.hashing import digest_of, digest_of_names
from cine_forge.kernel.stages.discovery import Module

MAKER_KINDS = frozenset({"code", "schema", "module", "policy", "seed"})
"""Kinds that change who makes a result, not what was asked for: see `only_maker_changed`."""


class StageParts(NamedTuple):
    """What a fingerprint covers of a stage, whatever the unit."""

    module: Module
    params: Mapping[str, Any]
    files: Mapping[str, str]
    code: Mapping[str, str]
    schemas: Mapping[str, str]
    facts: Mapping[str, Any]
    project_seed: Any


def stage_components(parts: StageParts) -> dict[str, str]:
    """Return the components that all units of a stage share, by name."""
    manifest = parts.module.manifest
    found = {f"module:{manifest.module_id}": digest_of(str(manifest.version))}
    found |= {f"param:{name}": digest_of(value) for name, value in parts.params.items()}
    found |= {f"file:{name}": sha256 for name, sha256 in parts.files.items()}
    found |= {f"code:{label}": sha256 for label, sha256 in parts.code.items()}
    found |= {f"schema:{name}": digest for name, digest in parts.schemas.items()}
    found |= {f"fact:{name}": digest_of(value) for name, value in parts.facts.items()}
    if manifest.determinism != "pure":
        found["seed:project"] = digest_of(parts.project_seed)
    return found


def unit_components(
    inputs: Iterable[tuple[str, str, str]],
    route: Mapping[str, str],
    decisions: tuple[Mapping[str, Any], ...],
) -> dict[str, str]:
    """Return a unit's own components. `inputs` are (input name, entity, digest), in binding order."""
    found = _input_components(inputs)
    for name in ("provider", "model"):
        if name in route:
            found[f"policy:{name}"] = digest_of(route[name])
    if decisions:
        found["decision:subject"] = digest_of([_bare_decision(one) for one in decisions])
    return found


def fingerprint_of(components: Mapping[str, str]) -> str:
    """Return the fingerprint of all components; equal components mean an equal fingerprint."""
    return digest_of(dict(components))


def changed_components(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names that differ, were added or went, sorted."""
    return tuple(sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n)))


def only_maker_changed(changed: Iterable[str]) -> bool:
    """Say whether all changes concern the maker alone (code, provider, model, seed).

    A result of an `external` unit was bought; such a change makes it eligible for another purchase and
    is never a reason to buy by itself.
    """
    return all(name.partition(":")[0] in MAKER_KINDS for name in changed)


def _input_components(inputs: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    order: dict[str, list[str]] = {}
    found = {}
    for name, entity, digest in inputs:
        order.setdefault(name, []).append(entity)
        found[f"input:{name}:{entity}"] = digest
    return found | {f"order:{name}": digest_of_names(ids) for name, ids in order.items() if len(ids) > 1}


def _bare_decision(decision: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("kind", "digest", "by", "note", "values")
    return {name: decision[name] for name in kept if name in decision}
