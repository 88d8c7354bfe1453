"""Reasons as data: which component changed, and for an input which field, from what to what, and where.

The sentences of the plan, of the run's events and of `explain` are all made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cine_forge.kernel.artifacts.records.derivation import Derivation
from cine_forge.kernel.planning.binding import Binding, Item
from cine_forge.kernel.planning.plan import Reason
from cine_forge.kernel.planning.policy import Locator
from cine_forge.kernel.planning.view import View

if TYPE_CHECKING:
    from cine_forge.kernel.artifacts.diff.diff import FieldChange

_MOST_FIELDS = 3
_MOST_TEXT = 60

_SENTENCES = {
    "param": "param `{name}` changed",
    "config": "config `{name}` changed",
    "file": "the file of param `{name}` changed",
    "code": "code `{name}` changed",
    "schema": "schema `{name}` changed",
    "fact": "project setting `{name}` changed",
    "module": "module `{name}` changed",
    "policy": "the {name} changed",
    "seed": "the project's seed changed",
    "decision": "a person decided about it",
    "order": "the order or number of `{name}` changed",
}


def change_reasons(
    changed: tuple[str, ...],
    newest: Derivation,
    bindings: tuple[Binding, ...],
    view: View,
    locator: Locator | None,
) -> tuple[Reason, ...]:
    """Return one reason for each changed component of a unit's fingerprint."""
    items = {(binding.wire.name, item.entity): item for binding in bindings for item in binding.items}
    before = {(bound.name, _entity(bound.ref)): bound.ref for bound in newest.inputs}
    reasons = []
    for component in changed:
        kind, _, name = component.partition(":")
        if kind == "input":
            input_name, _, entity = name.partition(":")
            key = (input_name, entity)
            reasons.append(_input_reason(input_name, items.get(key), before.get(key), view, locator))
        else:
            text = _SENTENCES[kind].format(name=name)
            reasons.append(Reason(code=f"{kind}_changed", text=text, values={"name": name}))
    return tuple(reasons)


def _input_reason(
    name: str, item: Item | None, old_ref: str | None, view: View, locator: Locator | None
) -> Reason:
    if item is None or item.seen is None:
        return Reason(
            code="input_gone", text=f"input `{name}` {old_ref} is no longer there", values={"input": name}
        )
    old = view.at(old_ref) if old_ref else None
    if old is None:
        text = f"input `{name}` has a new entity {item.entity}"
        return Reason(code="input_added", text=text, values={"input": name, "entity": item.entity})
    from cine_forge.kernel.artifacts.diff.diff import diff_data

    changes = [
        describe(change, old.type, old.data if change.kind == "removed" else item.seen.data, locator)
        for change in diff_data(old.data, item.seen.data)
    ]
    shown = "; ".join(changes[:_MOST_FIELDS]) or "its media changed"
    more = f" and {len(changes) - _MOST_FIELDS} more" if len(changes) > _MOST_FIELDS else ""
    text = f"input `{name}` {old.type}/{item.entity} changed: {shown}{more}"
    values = {"input": name, "entity": item.entity, "before": old_ref, "changes": changes}
    return Reason(code="input_changed", text=text, values=values)


def describe(
    change: FieldChange, artifact_type: str, data: Mapping[str, Any], locator: Locator | None
) -> str:
    """Return one field's change as a person reads it: place, path, from, to."""
    where = locator(artifact_type, data, change.path) if locator else None
    place = f"{where} " if where else ""
    if change.kind == "added":
        return f"{place}{change.path} added {_short(change.after)}"
    if change.kind == "moved":
        return f"{place}{change.before} moved to {change.after}"
    if change.kind == "removed":
        return f"{place}{change.path} removed {_short(change.before)}"
    return f"{place}{change.path} {_short(change.before)} → {_short(change.after)}"


def _short(value: Any) -> str:
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"


def _entity(ref: str) -> str:
    return ref.partition("/")[2].rpartition("@")[0]
