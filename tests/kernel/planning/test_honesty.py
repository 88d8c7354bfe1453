"""What a dry run says is what the run does, for random graphs under random edits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kernel.workshop import JOIN, Workshop

_PARAMS = {"text": {"type": "string", "default": "x"}, "dull": {"type": "boolean", "default": False}}


@st.composite
def graphs(draw: st.DrawFn) -> list[list[int]]:
    """Return for each node the earlier nodes that it reads."""
    size = draw(st.integers(2, 7))
    return [
        draw(st.lists(st.integers(0, node - 1), unique=True, max_size=3)) if node else []
        for node in range(size)
    ]


@st.composite
def edits(draw: st.DrawFn) -> tuple[int, str, Any]:
    """Return a node (modulo the size), and a param with its new value, or its code."""
    kind = draw(st.sampled_from(["text", "dull", "code"]))
    value = draw(st.booleans()) if kind == "dull" else draw(st.sampled_from(["x", "y", "z"]))
    return draw(st.integers(0, 6)), kind, value


def _write(workshop: Workshop, graph: list[list[int]], node: int, code: str) -> None:
    inputs = {f"in{need}": {"schema": f"n{need}@1"} for need in graph[node]}
    workshop.module(f"n{node}", JOIN + f"\n# {code}", inputs=inputs, params=_PARAMS)


@pytest.mark.row("A15")
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(graph=graphs(), changes=st.lists(edits(), max_size=3))
def test_the_run_does_what_the_plan_said_and_a_second_plan_reuses_everything(
    graph: list[list[int]], changes: list[tuple[int, str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(Path(folder))
        _build_and_edit(workshop, graph, changes)
        said, stale_before = workshop.actions(), _changed(graph, changes)
        done = workshop.statuses()
        allowed = {"run": {"done"}, "reuse": {"reused"}, "may_run": {"done", "reused"}}
        assert all(done[unit] in allowed[action] for unit, action in said.items())
        assert {unit for unit, action in said.items() if action != "reuse"} <= stale_before
        assert set(workshop.actions().values()) == {"reuse"}
        with workshop.reopen() as store:
            assert store.lineage.stale() == ()


@pytest.mark.row("A33")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(graph=graphs(), changes=st.lists(edits(), max_size=3))
def test_a_plan_that_foresees_pure_units_is_exact_for_every_one(
    graph: list[list[int]], changes: list[tuple[int, str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(Path(folder), foresees=True)
        _build_and_edit(workshop, graph, changes)
        exact = {"run": "done", "reuse": "reused"}
        assert {unit: exact[action] for unit, action in workshop.actions().items()} == workshop.statuses()


def _build_and_edit(workshop: Workshop, graph: list[list[int]], changes: list[tuple[int, str, Any]]) -> None:
    """Write a module and a stage for each node, run them all, then edit."""
    for node, needs in enumerate(graph):
        _write(workshop, graph, node, "first")
        workshop.stage(f"n{node}", f"n{node}", needs=[f"n{need}" for need in needs])
    workshop.run()
    for at, kind, value in changes:
        _edit(workshop, graph, at % len(graph), kind, value)


def _edit(workshop: Workshop, graph: list[list[int]], node: int, kind: str, value: Any) -> None:
    if kind == "code":
        _write(workshop, graph, node, value)
        return
    entry = workshop.stages[node]
    entry["params"] = {**entry.get("params", {}), kind: value}


def _changed(graph: list[list[int]], changes: list[tuple[int, str, Any]]) -> set[str]:
    """Return the edited nodes and everything that reads them, directly or not."""
    touched = {at % len(graph) for at, _, _ in changes}
    for node, needs in enumerate(graph):
        if touched & set(needs):
            touched.add(node)
    return {f"n{node}/project" for node in touched}
