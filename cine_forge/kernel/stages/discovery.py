"""Discovery: which modules there are, told from their folders alone.

`root/<stage>/<module_id>/` holds `module.yaml` and `main.py`; no module code is imported here. A broken
module only disables itself and is named in `broken`; two modules with one id are refused, because
nobody could say which one a recipe means.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from cine_forge.kernel.artifacts.schemas.json_shape import check_shape
from cine_forge.kernel.ground.errors import CineForgeError, Fault, ModuleError, RecipeError, listed, nearest
from cine_forge.kernel.ground.source import Source, load_source, validate_model
from cine_forge.kernel.stages.declaration import contradictions, unknown_schemas
from cine_forge.kernel.stages.manifest import Manifest

_COMMAND = "`cine-forge schema module` shows every key"


@dataclass(frozen=True)
class Module:
    """A module that can be used. `schemas` are its private JSON Schemas by name; `root` holds `folder`."""

    manifest: Manifest
    folder: Path
    root: Path
    source: Source = field(repr=False)
    schemas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def where(self) -> str:
        """Return the path of the manifest, for messages."""
        return self.source.name

    def place(self, *path: str | int) -> str:
        """Return `file:line:column` of a key of the manifest."""
        return self.source.where(*path)


class ModuleRegistry(NamedTuple):
    """All modules found, by id, and why others cannot be used. `disabled` is by folder name."""

    modules: Mapping[str, Module]
    disabled: Mapping[str, tuple[Fault, ...]]

    @property
    def broken(self) -> tuple[Fault, ...]:
        """Return every fault that disabled a module; warnings, as long as no recipe asks for one."""
        return tuple(fault for faults in self.disabled.values() for fault in faults)

    def get(self, module_id: str) -> Module:
        """Return a module. Raises RecipeError CF-M006 (unknown) or CF-M012 (disabled, with its faults)."""
        if module_id in self.modules:
            return self.modules[module_id]
        if module_id in self.disabled:
            faults = "\n    ".join(str(fault) for fault in self.disabled[module_id])
            raise RecipeError(
                Fault("CF-M012", f"module `{module_id}` is disabled by its own faults", hint=faults)
            )
        known = sorted(self.modules)
        hints = (nearest(module_id, known), "`cine-forge modules list` lists them")
        raise RecipeError(
            Fault("CF-M006", f"there is no module `{module_id}`", hint="; ".join(filter(None, hints)))
        )


def discover(roots: Sequence[Path], *, known_schemas: Collection[str] | None = None) -> ModuleRegistry:
    """Look through `roots`, in their order. `known_schemas` are the shared ones; None checks no names.

    Raises ModuleError CF-M004 (two modules with one id) and CF-M011 (a root is no folder), all at once.
    """
    faults = [_no_root(root) for root in roots if not root.is_dir()]
    modules: dict[str, Module] = {}
    disabled: dict[str, tuple[Fault, ...]] = {}
    for root, folder in _folders(roots):
        try:
            module = read_module(folder, root)
        except CineForgeError as error:
            disabled[folder.name] = error.faults
            continue
        twin = modules.setdefault(module.manifest.module_id, module)
        if twin is not module:
            faults.append(_twin(module, twin))
    if faults:
        raise ModuleError(*faults)
    if known_schemas is not None:
        _disable_unknown(modules, disabled, known_schemas)
    return ModuleRegistry(MappingProxyType(modules), MappingProxyType(disabled))


def read_module(folder: Path, root: Path) -> Module:
    """Read one module's folder. Raises ModuleError with every fault of its manifest."""
    source = load_source(folder / "module.yaml", family=ModuleError, command=_COMMAND)
    manifest = validate_model(source, Manifest, family=ModuleError, code="CF-M002", command=_COMMAND)
    schemas: dict[str, Mapping[str, Any]] = {}
    faults = [*_misplaced(manifest, folder, source), *contradictions(manifest, source)]
    faults += _read_schemas(manifest, folder, source, schemas)
    faults += _missing_code(manifest, folder, root, source)
    if faults:
        raise ModuleError(*faults)
    return Module(manifest, folder, root, source, MappingProxyType(schemas))


def _no_root(root: Path) -> Fault:
    return Fault("CF-M011", f"there is no folder `{root}` to look for modules in", hint="check `--modules`")


def _folders(roots: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield (root, module folder), each root once, in alphabetical order within it."""
    for root in {root.resolve(): root for root in roots if root.is_dir()}.values():
        for stage in _subfolders(root):
            for folder in _subfolders(stage):
                if (folder / "module.yaml").exists() or (folder / "main.py").exists():
                    yield root, folder


def _subfolders(folder: Path) -> list[Path]:
    return sorted(found for found in folder.iterdir() if found.is_dir() and found.name[0] not in "._")


def _twin(module: Module, twin: Module) -> Fault:
    what = f"two modules are called `{module.manifest.module_id}`: `{twin.folder}` and `{module.folder}`"
    return Fault(
        "CF-M004", what, module.place("module_id"), "rename one, or leave its root out of `--modules`"
    )


def _disable_unknown(
    modules: dict[str, Module], disabled: dict[str, tuple[Fault, ...]], shared: Collection[str]
) -> None:
    known = {*shared, *(name for module in modules.values() for name in module.schemas)}
    for module_id, module in list(modules.items()):
        faults = tuple(unknown_schemas(module.manifest, module.source, known))
        if faults:
            disabled[module_id] = faults
            del modules[module_id]


def _misplaced(manifest: Manifest, folder: Path, source: Source) -> Iterator[Fault]:
    if manifest.module_id != folder.name:
        what = f"the module calls itself `{manifest.module_id}` and lies in the folder `{folder.name}`"
        yield source.fault("CF-M003", what, "module_id", hint="let both be the same")
    stage = folder.parent.name
    if stage not in (manifest.stage, manifest.stage.partition(".")[0]):
        what = f"the module is for stage `{manifest.stage}` and lies under `{stage}`"
        yield source.fault("CF-M003", what, "stage", hint=f"move it to `{manifest.stage}/{folder.name}`")
    if not (folder / "main.py").is_file():
        what = f"`{folder}` has no main.py"
        yield source.fault("CF-M001", what, hint="`main.py` offers `run_module(inputs, params, context)`")


def _read_schemas(
    manifest: Manifest, folder: Path, source: Source, schemas: dict[str, Mapping[str, Any]]
) -> Iterator[Fault]:
    for number, name in enumerate(manifest.schemas):
        try:
            schema = _read_schema(folder, name)
            check_shape(schema, Path(name).stem)
        except CineForgeError as error:
            hint = "; ".join(filter(None, (error.faults[0].where, error.faults[0].hint)))
            yield source.fault(
                "CF-M007", f"schema `{name}`: {error.faults[0].what}", "schemas", number, hint=hint
            )
        else:
            schemas[Path(name).stem] = schema


def _read_schema(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    if path.parent != folder / "schemas" or path.suffix != ".json":
        raise ModuleError(
            Fault("CF-M007", "it is not a file of this module", hint="write `schemas/name@1.json`")
        )
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        beside = sorted(f"schemas/{found.name}" for found in path.parent.glob("*.json"))
        hint = nearest(name, beside) or f"there are {listed(beside)}"
        raise ModuleError(Fault("CF-M007", "there is no such file", hint=hint if beside else "")) from None
    except (ValueError, RecursionError) as error:
        raise ModuleError(Fault("CF-M007", f"it is not JSON: {error}")) from None
    if not isinstance(schema, dict):
        raise ModuleError(Fault("CF-M007", "it is not a JSON Schema", hint="a schema is an object"))
    return schema


def _missing_code(manifest: Manifest, folder: Path, root: Path, source: Source) -> Iterator[Fault]:
    for number, name in enumerate(manifest.code):
        path = (folder / name).resolve()
        if not path.is_relative_to(root.resolve()):
            what = f"`{name}` lies outside `{root}`"
            yield source.fault("CF-M010", what, "code", number, hint="name a file below the modules' root")
        elif not path.is_file():
            what = f"there is no file `{name}` that the result would depend on"
            yield source.fault("CF-M010", what, "code", number, hint=f"paths start at `{folder}`")
