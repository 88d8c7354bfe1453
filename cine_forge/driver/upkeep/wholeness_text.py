"""What was found of a project's wholeness, as sentences and as `verify/1`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cine_forge.driver.upkeep.wholeness import Wholeness
from cine_forge.kernel.artifacts.verify.damage import Damage

_MOST_NAMED = 8
_MEGABYTE = 1_000_000


def verdict_lines(found: Wholeness) -> Iterator[str]:
    """Yield each fault with its consequences and repairs, then what was examined."""
    for damage in found.damages:
        yield from _damage_lines(damage)
    whole = "everything kept is whole" if found.share.of == 1 else f"slice {found.share} is whole"
    examined = found.examined
    count = len(found.damages)
    verdict = f"{count} fault{'s' if count > 1 else ''}" if count else whole
    size = examined.media_bytes / _MEGABYTE
    yield f"{verdict}: {examined.records} records and {examined.media} media files ({size:.1f} MB) were read"
    if found.set_aside:
        size = found.set_aside_bytes / _MEGABYTE
        yield f"quarantine/ holds {found.set_aside} files ({size:.1f} MB) that nothing uses"


def verdict_json(found: Wholeness) -> dict[str, Any]:
    """Return `verify/1`."""
    examined = found.examined
    return {
        "schema": "verify/1",
        "slice": str(found.share),
        "whole": not found.damages,
        "records": examined.records,
        "media": examined.media,
        "media_bytes": examined.media_bytes,
        "quarantine": {"files": found.set_aside, "bytes": found.set_aside_bytes},
        "faults": [_damage_json(damage) for damage in found.damages],
    }


def _damage_lines(damage: Damage) -> Iterator[str]:
    fault = damage.fault
    yield f"{fault.code} {fault.where}: {fault.what}"
    if damage.refs:
        yield f"    of {_named([str(ref) for ref in damage.refs])}"
        stands = _named([str(ref) for ref in damage.stands_on_it])
        yield f"    on it stands {stands}" if stands else "    nothing that is current stands on it"
    for number, repair in enumerate(damage.repairs):
        yield f"    {'repair: ' if number == 0 else 'or:     '}{repair}"
    if not damage.repairs and fault.hint:
        yield f"    {fault.hint}"


def _damage_json(damage: Damage) -> dict[str, Any]:
    return {
        "code": damage.fault.code,
        "file": damage.name,
        "what": damage.fault.what,
        "refs": [str(ref) for ref in damage.refs],
        "stands_on_it": [str(ref) for ref in damage.stands_on_it],
        "repairs": list(damage.repairs),
    }


def _named(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
