"""Confirmed: a unit whose inputs changed is not run when all that it kept was looked at and confirmed since.

A confirmation is about what is kept today. Where the plan foresees an input that is not kept yet, and where
anything else than an input changed, nobody has looked at that, and the unit runs.
"""

from __future__ import annotations

from collections.abc import Collection

from cine_forge.kernel.artifacts.records.derivation import Derivation
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.planning.binding import Binding, Item
from cine_forge.kernel.planning.plan import Reason
from cine_forge.kernel.planning.view import View


def still_right(
    changed: Collection[str], newest: Derivation, bindings: tuple[Binding, ...], view: View
) -> tuple[Reason, ...]:
    """Return who confirmed each kept result of a unit in spite of what changed; nothing unless all are."""
    if any(not name.startswith("input:") for name in changed):
        return ()
    refs = dict.fromkeys((ref.type, ref.entity) for ref in (Ref.parse(one.ref) for one in newest.outputs))
    said = {subject: view.confirmation(*subject) for subject in refs}
    items = {f"input:{bound.wire.name}:{item.entity}": item for bound in bindings for item in bound.items}
    if not all(said.values()) or not all(_is_kept(items.get(name), view) for name in changed):
        return ()
    return tuple(
        Reason(
            "confirmed",
            f"`{'/'.join(subject)}` was confirmed by {one.by}" + (f": {one.note}" if one.note else ""),
            {"ref": one.ref, "by": one.by, "note": one.note},
        )
        for subject, one in said.items()
        if one is not None
    )


def _is_kept(item: Item | None, view: View) -> bool:
    """Say whether a changed input is what the project holds now, as whoever confirmed saw it."""
    if item is None or item.seen is None:
        return False
    held = view.current(item.seen.type, item.seen.entity)
    return held is not None and held.digest == item.seen.digest
