"""One door: a walk over the imports of the whole tree proves that nothing generates in another way.

Typing-only and in-function imports count, and so do dynamic ones.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.generation.support import ROOT

PACKAGE = "cine_forge.generation"
INNER = {
    "dispatch.dispatch": {"desk"},
    "runners.registry": {"desk"},
    "runners.runner": {"desk", "runners.registry"},
    "runners.step_runner": {"desk", "runners.registry", "runners.runner"},
    "dispatch.inspection": {"ability", "dispatch.dispatch"},
    "dispatch.walk": {"dispatch.dispatch"},
    "money.ledger": {"desk"}
    | {f"money.{name}" for name in ("account", "audit", "books", "budget", "gap")}
    | {f"money.{name}" for name in ("inheritance", "salvage")}
    | {f"dispatch.{name}" for name in ("dispatch", "held", "purse", "search", "walk")}
    | {f"dispatch.{name}" for name in ("successor", "turn", "uploads")},
}
"""Who may import what lies behind the desk, as files of the room."""

BY_NAME = {
    "cine_forge/__init__.py",
    "cine_forge/cli/commands.py",
    "cine_forge/driver/doctor.py",
    "cine_forge/driver/kept.py",
    "cine_forge/film/schemas/registry.py",
    "cine_forge/generation/providers/loading.py",
    "cine_forge/kernel/ground/folder_package.py",
    "cine_forge/kernel/stages/kept.py",
    "cine_forge/kernel/stages/loading.py",
}
"""Who may import what only runs of it know: a walk over names cannot see where that leads."""

SHIPPED = sorted([*(ROOT / "cine_forge").rglob("*.py"), *(ROOT / "modules").rglob("*.py")])


class Names(NamedTuple):
    """What a file imports by dotted names, the last names of what it calls, and what names stand in it."""

    imported: frozenset[str]
    called: frozenset[str]
    said: frozenset[str]


@cache
def names_in(file: Path) -> Names:
    """Return the names in a shipped file; each is parsed once, and its syntax not kept."""
    return walked(ast.parse(file.read_text()))


def walked(tree: ast.AST) -> Names:
    """Return the names in a syntax tree, wherever they stand."""
    found: tuple[set[str], set[str], set[str]] = (set(), set(), set())
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                found[0].update(alias.name for alias in node.names)
            case ast.ImportFrom():
                assert node.level == 0, "a relative import would hide from this walk"
                found[0].update(f"{node.module}.{alias.name}" for alias in node.names)
            case ast.Call():
                found[1].add(last_name(node.func))
            case ast.Name():
                found[2].add(node.id)
    return Names(*map(frozenset, found))


def last_name(called: ast.expr) -> str:
    """Return `c` for `a.b.c` and `a.b.c[int]`; what has no name gives nothing."""
    match called:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return last_name(value)
    return ""


def importers(name: str) -> set[str]:
    """Return the shipped files that import a module or anything in it."""
    return {
        str(file.relative_to(ROOT))
        for file in SHIPPED
        if any(f"{found}.".startswith(f"{name}.") for found in names_in(file).imported)
    }


def importers_of_all(name: str) -> set[str]:
    """Return the shipped files that import a module as such, and so may call anything in it."""
    return {str(file.relative_to(ROOT)) for file in SHIPPED if name in names_in(file).imported}


def callers(name: str) -> set[str]:
    """Return the shipped files that call something of that name."""
    return {str(file.relative_to(ROOT)) for file in SHIPPED if name in names_in(file).called}


@pytest.mark.row("D14")
@pytest.mark.row("C17")
@pytest.mark.parametrize("inner", sorted(INNER))
def test_only_the_desk_and_what_stands_behind_it_reach_a_runner(inner: str) -> None:
    allowed = {f"cine_forge/generation/{name.replace('.', '/')}.py" for name in INNER[inner]}
    assert importers(f"{PACKAGE}.{inner}") <= allowed
    assert importers(f"{PACKAGE}.{inner}"), "the walk found nobody: it is broken"


@pytest.mark.row("D14")
def test_adapters_are_imported_by_name_and_by_nobody_else() -> None:
    folders = {path.parent.name for path in (ROOT / "cine_forge/generation/providers").glob("*/adapter.py")}
    for name in folders:
        place = f"cine_forge/generation/providers/{name}/"
        found = importers(f"{PACKAGE}.providers.{name}")
        assert all(file.startswith(place) for file in found), found
    assert folders
    assert callers("import_module") & {str(f.relative_to(ROOT)) for f in room()} == {
        "cine_forge/generation/providers/loading.py"
    }


@pytest.mark.row("D14")
def test_nobody_imports_by_name_but_those_who_load() -> None:
    loaders = ("importlib.import_module", "importlib.machinery", "importlib.util", "runpy", "pkgutil")
    found = {file for name in loaders for file in importers(name)} | importers_of_all("importlib")
    assert found == BY_NAME
    assert set().union(*map(callers, ("__import__", "exec", "eval", "exec_module", "run_path"))) == set()


@pytest.mark.row("D14")
def test_a_provider_is_opened_for_the_desk_the_kit_and_what_only_asks_prices() -> None:
    room, kit = "cine_forge/generation/", "cine_forge/generation/conformance/trial.py"
    opening = f"{room}providers/opening.py"
    assert callers("Providers") == {f"{room}desk.py", kit}
    assert callers("open_adapter") == {opening, kit, "cine_forge/driver/money/price_check.py"}
    assert callers("open_provider") == {opening}


@pytest.mark.row("D14")
def test_no_adapter_reaches_the_network_by_itself_but_the_one_of_chats() -> None:
    providers = ROOT / "cine_forge/generation/providers"
    adapters = {str(file.relative_to(ROOT)) for file in providers.glob("*/*.py")}
    chat = {f"cine_forge/generation/providers/openai_chat/{name}.py" for name in ("adapter", "reply")}
    assert importers("cine_forge.wire") & adapters == chat
    assert callers("Client") - chat == {"cine_forge/generation/providers/line.py"}


@pytest.mark.row("D14")
@pytest.mark.parametrize("name", ["Submission", "Seal"])
def test_only_dispatch_makes_a_submission(name: str) -> None:
    assert callers(name) == {"cine_forge/generation/dispatch/walk.py"}


@pytest.mark.row("D14")
def test_the_seal_never_leaves_dispatch() -> None:
    holders = {str(file.relative_to(ROOT)) for file in SHIPPED if {"_SEAL", "Seal"} & names_in(file).said}
    assert holders == {
        "cine_forge/generation/dispatch/walk.py",
        "cine_forge/generation/providers/provider.py",
    }


@pytest.mark.row("D14")
def test_only_the_step_runner_hands_an_order_to_the_carrier() -> None:
    assert callers("carry") == {"cine_forge/generation/runners/step_runner.py"}


@pytest.mark.row("D14")
def test_only_recovery_takes_up_a_receipt_without_an_order() -> None:
    assert callers("take_up") == {"cine_forge/generation/dispatch/recovery.py"}


def room() -> list[Path]:
    """Return the files of this room."""
    return [file for file in SHIPPED if file.is_relative_to(ROOT / "cine_forge" / "generation")]


def test_the_account_only_reads_the_ledger() -> None:
    tree = ast.parse((ROOT / "cine_forge/generation/money/account.py").read_text())
    assert walked(tree).called & {"prepare", "reserve", "advance", "reopen", "mark_logged"} == set()
