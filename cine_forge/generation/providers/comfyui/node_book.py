"""The book of nodes: what a ComfyUI server says of its own nodes (`/object_info`), and what is wrong by it.

A graph is held against it before it is queued, so that a fault is named by node and input and nothing is
spent on half of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cine_forge.kernel.ground.errors import nearest

_NUMBERS: Mapping[str, tuple[type, ...]] = {"INT": (int,), "FLOAT": (int, float)}
_ANY = ("*", "COMFY_MATCHTYPE_V3")
_CHOOSING = "COMFY_DYNAMICCOMBO_V3"
"""A choice that brings inputs of its own, as releases of 2026 have it (`comfy_api/latest/_io.py`)."""


def faults_of(graph: Mapping[str, Any], book: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every fault in a short sentence that names node and input; none if it may be queued."""
    found = [fault for name, node in graph.items() for fault in _faults(name, node, graph, book)]
    kinds = (book.get(node["class_type"]) or {} for node in graph.values())
    if not found and not any(kind.get("output_node") for kind in kinds):
        found.append("it has no node that saves a result")
    return tuple(found)


def _faults(
    name: str, node: Mapping[str, Any], graph: Mapping[str, Any], book: Mapping[str, Any]
) -> Iterator[str]:
    kind, inputs, who = node["class_type"], node["inputs"], f"node {name} ({node['class_type']})"
    if kind not in book:
        hint = nearest(kind, book)
        yield f"{who}: the server has no such node" + (f"; {hint}" if hint else "")
        return
    declared = dict(_declared(book[kind].get("input") or {}, inputs))
    for key, (needed, _) in declared.items():
        if needed and key not in inputs and not any(given.startswith(f"{key}.") for given in inputs):
            yield f"{who}: input `{key}` is missing"
    for key, value in inputs.items():
        if key in declared:
            spec = declared[key][1]
            why = _link_fault(value, spec, graph, book) if _is_link(value) else _value_fault(value, spec)
            if why:
                yield f"{who}, input `{key}`: {why}"


def _declared(
    told: Mapping[str, Any], inputs: Mapping[str, Any], before: str = ""
) -> Iterator[tuple[str, tuple[bool, list[Any]]]]:
    """Yield each input with whether it is needed, and those that a choice brings, as `choice.input`.

    A choice that was itself brought may be left out: the node then chooses.
    """
    for group in ("required", "optional"):
        for name, spec in (told.get(group) or {}).items():
            key, choosing = f"{before}{name}", spec[0] == _CHOOSING
            yield key, (group == "required" and not (before and choosing), spec)
            for option in spec[1].get("options") or () if choosing else ():
                if option.get("key") == inputs.get(key):
                    yield from _declared(option.get("inputs") or {}, inputs, f"{key}.")


def _is_link(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], int)
    )


def _link_fault(
    link: list[Any], spec: list[Any], graph: Mapping[str, Any], book: Mapping[str, Any]
) -> str | None:
    source, number = link
    if source not in graph:
        return f"it comes from node {source}, which is not there"
    outputs = (book.get(graph[source]["class_type"]) or {}).get("output")
    if outputs is None:
        return None
    if not 0 <= number < len(outputs):
        return f"node {source} has no output {number}"
    given, wanted = outputs[number], spec[0]
    fits = not isinstance(wanted, str) or not isinstance(given, str) or given in _ANY or wanted in _ANY
    if fits or {part.strip() for part in given.split(",")} & {part.strip() for part in wanted.split(",")}:
        return None
    return f"it takes {wanted}, and node {source} gives {given}"


def _value_fault(value: Any, spec: list[Any]) -> str | None:
    kind, told = spec[0], spec[1] if len(spec) > 1 and isinstance(spec[1], dict) else {}
    if isinstance(value, dict) and "__value__" in value:  # how a list is told from a link
        value = value["__value__"]
    if isinstance(kind, list) or kind in ("COMBO", _CHOOSING):
        return _choice_fault(value, kind if isinstance(kind, list) else told.get("options"), told)
    if kind in _NUMBERS and (isinstance(value, bool) or not isinstance(value, _NUMBERS[kind])):
        return f"`{value}` is no {kind}"
    if kind in _NUMBERS and value < told.get("min", value):
        return f"{value} is less than {told['min']}"
    if kind in _NUMBERS and value > told.get("max", value):
        return f"{value} is more than {told['max']}"
    return None


def _choice_fault(value: Any, choices: Any, told: Mapping[str, Any]) -> str | None:
    """Hold a choice against its list, unless the list is the browser's or the value a file that we bring."""
    elsewhere = any(key.endswith("_upload") or key.startswith("remote") for key in told)
    if not isinstance(choices, list) or elsewhere:
        return None
    known = [choice["key"] if isinstance(choice, dict) else choice for choice in choices]
    chosen = value if told.get("multiselect") and isinstance(value, list) else [value]
    strange = next((one for one in chosen if one not in known), None)
    if strange is None:
        return None
    return f"`{strange}` is none of {', '.join(str(choice) for choice in known[:8])}"
