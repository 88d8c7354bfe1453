"""The book of nodes: what a ComfyUI server says of its own nodes (`/object_info`), and what is wrong by it.

A graph is held against it before it is queued, so that a fault is named by node and input and nothing is
spent on half of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_NUMBERS: Mapping[str, tuple[type, ...]] = {"INT": (int,), "FLOAT": (int, float)}
_ANY = "*"


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
    kind, who = node["class_type"], f"node {name} ({node['class_type']})"
    if kind not in book:
        yield f"{who}: the server has no such node"
        return
    declared = book[kind].get("input") or {}
    for key in declared.get("required") or {}:
        if key not in node["inputs"]:
            yield f"{who}: input `{key}` is missing"
    for key, value in node["inputs"].items():
        spec = (declared.get("required") or {}).get(key) or (declared.get("optional") or {}).get(key)
        if spec is not None:
            why = _link_fault(value, spec, graph, book) if _is_link(value) else _value_fault(value, spec)
            if why:
                yield f"{who}, input `{key}`: {why}"


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
    fits = not isinstance(wanted, str) or not isinstance(given, str) or _ANY in (given, wanted)
    if fits or {part.strip() for part in given.split(",")} & {part.strip() for part in wanted.split(",")}:
        return None
    return f"it takes {wanted}, and node {source} gives {given}"


def _value_fault(value: Any, spec: list[Any]) -> str | None:
    kind, told = spec[0], spec[1] if len(spec) > 1 and isinstance(spec[1], dict) else {}
    if isinstance(kind, list) or kind == "COMBO":
        choices = kind if isinstance(kind, list) else told.get("options")
        brought = any(key.endswith("_upload") for key in told)  # a file that we bring is in no list
        if not isinstance(choices, list) or brought or value in choices:
            return None
        return f"`{value}` is none of {', '.join(str(choice) for choice in choices[:8])}"
    if kind in _NUMBERS and (isinstance(value, bool) or not isinstance(value, _NUMBERS[kind])):
        return f"`{value}` is no {kind}"
    if kind in _NUMBERS and value < told.get("min", value):
        return f"{value} is less than {told['min']}"
    if kind in _NUMBERS and value > told.get("max", value):
        return f"{value} is more than {told['max']}"
    return None
