"""Who may import whom: the table of `docs/architecture.md`, held against every import in the tree.

Imports are read from the syntax tree, so those inside functions, under `TYPE_CHECKING` and through
`import_module("…")` count like any other. A file in an unknown room fails.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx as nx
import pytest

import cine_forge

ROOT = Path(__file__).resolve().parents[2]
FACE = "cine_forge"
CONTRACT = ("kernel.stages.contract", "kernel.stages.question", "kernel.artifacts.records.envelope")
KERNEL = (
    "kernel.ground",
    "kernel.artifacts",
    "kernel.recipes",
    "kernel.stages",
    "kernel.planning",
    "kernel.running",
)
POLICY = "kernel.planning.policy"
FILM_WORK = (
    "film",
    "staging",
    "exchange",
    "procedural",
    "generation",
    "authoring",
    "media",
    "wire",
    "previz",
    "scale",
)
BELOW = (*KERNEL, *FILM_WORK)

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "face": CONTRACT,
    "kernel.ground": (),
    "kernel.artifacts": KERNEL[:1],
    "kernel.recipes": KERNEL[:1],
    "kernel.stages": KERNEL[:2],
    "kernel.planning": KERNEL[:4],
    "kernel.running": ("kernel.ground", "kernel.artifacts", "kernel.stages", "kernel.planning"),
    "staging": ("kernel.ground",),
    "wire": ("kernel.ground",),
    "media": ("kernel.ground", "staging"),
    "procedural": ("kernel.ground", "media", "staging", "wire"),
    "previz": ("kernel.ground", "media", "staging", "procedural"),
    "generation": ("kernel.ground", "kernel.artifacts", POLICY, "wire", "media", "staging"),
    "authoring": (
        "kernel.ground",
        "kernel.stages.question",
        "kernel.stages.steps",
        "generation.payloads",
    ),
    "film": (
        "kernel.ground",
        "kernel.artifacts",
        POLICY,
        "staging",
        "generation.payloads",
        "generation.profiles",
        "generation.verdict",
        "authoring",
        "media",
    ),
    "exchange": ("film", "staging", "kernel.ground", "kernel.artifacts", "media"),
    "scale": KERNEL,
    "review": BELOW,
    "atlas": BELOW,
    "driver": BELOW,
    "cli": (*BELOW, "driver", "review", "atlas"),
    "modules": (
        "face",
        "kernel.ground.errors",
        "kernel.ground.config",
        "kernel.stages.steps",
        "film",
        "staging",
        "exchange",
        "procedural",
        "generation.payloads",
        "media",
    ),
}
"""Room to the rooms, or files of a room, that it may import beside itself."""

PARTS = {
    "kernel.artifacts": [
        "records",
        "schemas",
        "keeping",
        "index",
        "lineage",
        "diff",
        "store",
        "verify",
        "triage",
    ],
    "previz": ["stage", "drawing", "people", "sets"],
    "film": ["looks", "shots", "requests", "takes"],
    "driver": ["terminal", "money", "plans", "history", "experiments"],
    "generation": ["payload_kinds", "providers", "money", "dispatch", "runners", "conformance"],
}
"""The parts of a room, lowest first: none imports a part above itself."""

EXCEPTIONS = {"generation.providers.local": ("previz", "procedural")}
"""A part of a room that may import more than the room."""

OUTSIDE = {
    "httpx": ("wire",),
    "requests": (),
    "urllib3": (),
    "click": ("cli", "driver"),
    "rich": ("cli", "driver"),
    "socket": ("wire", "review", "driver", "scale"),
    "http": ("wire", "review"),
    "psycopg": ("scale",),
    "obstore": ("scale",),
}
"""Outside package to the only rooms that may import it (`urllib.request` is held apart below)."""

KERNEL_STANDS_ON = frozenset({"pydantic", "pydantic_core", "yaml", "networkx", "jinja2"})


def place_of(module: str) -> str:
    """Return a first-party module without its root: `kernel.ground.errors`, `modules.test.echo_v1.main`."""
    return "face" if module == FACE else module.removeprefix("cine_forge.")


def room_of(place: str) -> str:
    """Return the room that `place` lies in, or an empty string when no row of the table knows it."""
    fits = [room for room in MAY_IMPORT if place == room or place.startswith(f"{room}.")]
    return max(fits, key=len, default="")


def may(importer: str, imported: str) -> bool:
    """Say whether the file at place `importer` may import from the place `imported`."""
    room = room_of(importer)
    if room == "modules":
        own = ".".join(importer.split(".")[:3])
        return _within(imported, (own, *MAY_IMPORT["modules"]))
    more = next((rooms for part, rooms in EXCEPTIONS.items() if _within(importer, (part,))), ())
    return _within(imported, (room, *MAY_IMPORT[room], *more))


def _within(place: str, rooms: tuple[str, ...]) -> bool:
    return any(place == room or place.startswith(f"{room}.") for room in rooms)


def imports_of(source: str, module: str, *, is_package: bool = False) -> Iterator[tuple[int, str]]:
    """Yield the line and the dotted target of every import; `from a import b` yields `a.b`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = _start_of(node, module, is_package)
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _is_import_call(node) and isinstance(node.args[0], ast.Constant):
            yield node.lineno, str(node.args[0].value)


def _start_of(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    cut = node.level - (1 if is_package else 0)
    package = module.split(".")[: len(module.split(".")) - cut]
    return ".".join([*package, *filter(None, [node.module])])


def _is_import_call(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in {"import_module", "__import__"} and bool(node.args)


@cache
def tree() -> dict[str, Path]:
    """Return every first-party module by its dotted name."""
    files = [*ROOT.glob("cine_forge/**/*.py"), *ROOT.glob("modules/**/*.py")]
    kept = [file for file in files if "_bundled" not in file.parts]
    return {".".join(_parts(file)): file for file in sorted(kept)}


def _parts(file: Path) -> tuple[str, ...]:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def settled(target: str) -> str:
    """Return the longest first-party module that `target` names: `a.b.NAME` is the module `a.b`."""
    while target and target not in tree():
        target = target.rpartition(".")[0]
    return target


@cache
def arrows() -> tuple[tuple[str, int, str, str], ...]:
    """Return every import in the tree as importer, line, target as written, and first-party module or ""."""
    found = []
    for module, file in tree().items():
        for line, target in imports_of(file.read_text(), module, is_package=file.name == "__init__.py"):
            found.append((module, line, target, settled(target)))
    return tuple(found)


@pytest.mark.row("F2")
def test_every_file_lies_in_a_known_room() -> None:
    strangers = [str(file.relative_to(ROOT)) for module, file in tree().items() if not _has_room(module)]
    assert not strangers, f"no row of the floors knows {strangers}"


def _has_room(module: str) -> bool:
    return module == "cine_forge.kernel" or bool(room_of(place_of(module)))


@pytest.mark.row("F2")
def test_no_import_goes_up_or_across() -> None:
    wrong = [
        f"{tree()[module].relative_to(ROOT)}:{line} imports {target}"
        for module, line, target, reached in arrows()
        if reached and reached != module and not may(place_of(module), place_of(reached))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.row("F2")
@pytest.mark.parametrize("room", PARTS)
def test_no_part_of_a_room_imports_a_higher_one(room: str) -> None:
    order = PARTS[room]
    found = {(_part_of(room, module), _part_of(room, reached)) for module, _, _, reached in arrows()}
    inner = {(part, other) for part, other in found if part in order and other in order}
    assert set(order) == {part for pair in inner for part in pair}, "a part has moved away"
    assert not [pair for pair in inner if order.index(pair[0]) < order.index(pair[1])]


def _part_of(room: str, module: str) -> str:
    place = place_of(module)
    return place.removeprefix(f"{room}.").partition(".")[0] if place.startswith(f"{room}.") else ""


@pytest.mark.row("F2")
def test_first_party_imports_name_a_module_that_exists() -> None:
    lost = [
        f"{module}:{line} imports {target}"
        for module, line, target, reached in arrows()
        if target.split(".")[0] == FACE and reached in {"", "cine_forge.kernel"}
    ]
    assert not lost, "\n".join(lost)


@pytest.mark.row("F2")
def test_there_is_no_circle_of_imports() -> None:
    graph = nx.DiGraph(
        (module, reached) for module, _, _, reached in arrows() if reached and reached != module
    )
    circles = [sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1]
    assert not circles, f"circles of imports: {circles}"


@pytest.mark.row("F1")
def test_the_kernel_stands_on_few_outside_packages() -> None:
    strangers = {
        f"{module}:{line} imports {target}"
        for module, line, target, reached in arrows()
        if module.startswith("cine_forge.kernel") and not reached and not _kernel_may_use(target)
    }
    assert not strangers, "\n".join(sorted(strangers))


def _kernel_may_use(target: str) -> bool:
    top = target.split(".")[0]
    return top in sys.stdlib_module_names or top in KERNEL_STANDS_ON


@pytest.mark.row("F1")
def test_outside_doors_are_opened_in_their_room_only() -> None:
    wrong = [
        f"{module}:{line} imports {target}"
        for module, line, target, reached in arrows()
        if not reached and not _door_is_open(room_of(place_of(module)), target)
    ]
    assert not wrong, "\n".join(wrong)


def _door_is_open(room: str, target: str) -> bool:
    if target.startswith("urllib.request"):
        return room == "wire"
    return room in OUTSIDE.get(target.split(".")[0], (room,))


@pytest.mark.parametrize(
    ("importer", "imported", "allowed"),
    [
        ("kernel.artifacts.store.store", "kernel.stages.contract", False),
        ("kernel.planning.plan", "kernel.running.execute", False),
        ("kernel.running.execute", "kernel.recipes.graph", False),
        ("generation.routing", "previz.drawing", False),
        ("generation.providers.local.picture", "previz.drawing", True),
        ("generation.dispatch.dispatch", "kernel.planning.policy", True),
        ("generation.dispatch.dispatch", "kernel.planning.plan", False),
        ("film.takes.cut", "generation.payloads", True),
        ("film.takes.cut", "generation.dispatch.dispatch", False),
        ("film.takes.cut", "exchange.timeline", False),
        ("driver.wiring", "cli.main", False),
        ("cli.run", "driver.wiring", True),
        ("modules.cut.cut_v1.main", "face", True),
        ("modules.cut.cut_v1.main", "modules.cut.cut_v1.order", True),
        ("modules.cut.cut_v1.main", "modules.test.echo_v1.main", False),
        ("modules.cut.cut_v1.main", "generation.dispatch.dispatch", False),
        ("modules.cut.cut_v1.main", "kernel.artifacts.store.store", False),
    ],
)
def test_the_table_reads_as_the_design_says(importer: str, imported: str, allowed: bool) -> None:
    assert may(importer, imported) is allowed


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (
            "from typing import TYPE_CHECKING\n"
            "if TYPE_CHECKING:\n    from cine_forge.film.takes import cut\n",
            "cine_forge.film.takes.cut",
        ),
        ("def late():\n    import cine_forge.driver.wiring\n", "cine_forge.driver.wiring"),
        (
            "from importlib import import_module\nimport_module('cine_forge.review.app')\n",
            "cine_forge.review.app",
        ),
        ("from ..film.takes import cut\n", "cine_forge.film.takes.cut"),
    ],
)
def test_hidden_imports_are_counted(source: str, target: str) -> None:
    assert target in [found for _, found in imports_of(source, "cine_forge.media.clip")]


def test_the_face_is_small_and_answers_every_name() -> None:
    assert len(cine_forge.__all__) <= 15
    assert all(getattr(cine_forge, name) for name in cine_forge.__all__)
