"""Effective params: manifest defaults, then the recipe's values, checked against the manifest.

A param of `format: file` is a path within the project; it reaches the module absolute, and its bytes
count in the fingerprint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from cine_forge.kernel.ground.errors import Fault, listed, nearest
from cine_forge.kernel.ground.files import file_within, is_file, stays_inside
from cine_forge.kernel.ground.hashing import digest_of_file
from cine_forge.kernel.recipes.placeholder import UNFILLED
from cine_forge.kernel.stages.manifest import Manifest
from cine_forge.kernel.stages.param import refusal


class EffectiveParams(NamedTuple):
    """The params of a stage. `values` are as written; `files` maps file params to their sha-256.

    `defaults` names those that nobody gave, `stand_ins` files that are read in place of those named.
    """

    values: Mapping[str, Any]
    files: Mapping[str, str]
    root: Path
    defaults: tuple[str, ...] = ()
    stand_ins: Mapping[str, Path] = MappingProxyType({})

    def with_stand_in(self, name: str, path: Path) -> EffectiveParams:
        """Return the same as if the file of a param had the bytes of `path`: to plan what is not there."""
        files = {**self.files, name: digest_of_file(path)}
        return self._replace(files=files, stand_ins={**self.stand_ins, name: path.resolve()})

    def for_module(self) -> dict[str, Any]:
        """Return the values as a module receives them: file params as absolute paths."""
        absolute = {name: str(self.stand_ins.get(name, self.root / self.values[name])) for name in self.files}
        return {**self.values, **absolute}


def effective_params(
    manifest: Manifest, given: Mapping[str, Any], root: Path, where: Callable[[str], str]
) -> tuple[EffectiveParams, list[Fault]]:
    """Merge and check the params of one stage; `where` names the place of a param in the recipe."""
    faults = [_unknown(manifest, name, where(name)) for name in given if name not in manifest.params]
    values: dict[str, Any] = {}
    files: dict[str, str] = {}
    for name, spec in manifest.params.items():
        value = given.get(name, spec.default)
        if value is None:
            if spec.required:
                faults.append(_missing(manifest, name, where("")))
            continue
        if value is UNFILLED:
            continue
        values[name] = value
        problem = refusal(spec, value)
        if problem:
            faults.append(Fault("CF-P014", f"param `{name}`: {problem}", where(name), spec.description))
        elif spec.format == "file":
            faults += _take_file(name, root, str(value), where, files)
    defaults = tuple(name for name in values if given.get(name) is None)
    return EffectiveParams(values, files, root, defaults), faults


def _take_file(
    name: str, root: Path, value: str, where: Callable[[str], str], files: dict[str, str]
) -> list[Fault]:
    path = file_within(root, value)
    if path is not None:
        files[name] = digest_of_file(path)
        return []
    if not stays_inside(value) or is_file(root / value):
        what = f"param `{name}`: `{value}` lies outside the project `{root}`"
        return [Fault("CF-P012", what, where(name), "copy it into the project, and name it from there")]
    beside = sorted(found.name for found in _beside(root / value))
    hint = nearest(Path(value).name, beside) or (f"there are {listed(beside)}" if beside else "")
    return [Fault("CF-P011", f"param `{name}`: there is no file `{value}` in `{root}`", where(name), hint)]


def _beside(path: Path) -> list[Path]:
    try:
        return list(path.parent.iterdir())
    except (OSError, ValueError):
        return []


def _unknown(manifest: Manifest, name: str, where: str) -> Fault:
    known = list(manifest.params)
    hint = nearest(name, known) or (f"it takes {listed(known)}" if known else "it takes no params")
    return Fault("CF-P010", f"module `{manifest.module_id}` has no param `{name}`", where, hint)


def _missing(manifest: Manifest, name: str, where: str) -> Fault:
    what = f"module `{manifest.module_id}` needs the param `{name}`"
    return Fault("CF-P013", what, where, manifest.params[name].description)
