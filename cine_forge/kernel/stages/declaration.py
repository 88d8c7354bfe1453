"""Declarations: what a manifest says that cannot all be true.

The model of the manifest sees one key at a time; what its parts say about each other is checked here,
each fault at its key. Only discovery calls it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from cine_forge.kernel.artifacts.schemas.upcast import VERBS
from cine_forge.kernel.ground.errors import Fault, listed, nearest
from cine_forge.kernel.ground.source import Source
from cine_forge.kernel.stages.manifest import Manifest, MoveSpec, ParamSpec
from cine_forge.kernel.stages.param import refusal

LEAST_MEMORY_MB = 64
"""What a unit holds before it does anything: the interpreter and the contract, about 50 MB."""


def contradictions(manifest: Manifest, source: Source) -> Iterator[Fault]:
    """Yield what the parts of a manifest say against each other."""
    if manifest.timeout_s is not None and manifest.timeout_s <= 0:
        yield source.fault(
            "CF-M002", "`timeout_s` must be more than 0", "timeout_s", hint="leave it out for none"
        )
    yield from _wrong_limits(manifest, source)
    yield from _wrong_inputs(manifest, source)
    yield from _wrong_gate(manifest, source)
    yield from _wrong_upcasts(manifest, source)
    for name, spec in manifest.params.items():
        for key, what, hint in _wrong_param(spec):
            yield source.fault("CF-M009", f"param `{name}`: {what}", "params", name, key, hint=hint)


def unknown_schemas(manifest: Manifest, source: Source, known: Collection[str]) -> Iterator[Fault]:
    """Yield CF-M005 for each schema that nobody has registered."""
    for key in ("inputs", "outputs"):
        for name, spec in getattr(manifest, key).items():
            if spec.schema_name not in known:
                yield _unknown_schema(source, spec.schema_name, known, (key, name, "schema"))
    if manifest.for_each is not None and manifest.for_each not in known:
        yield _unknown_schema(source, manifest.for_each, known, ("for_each",))


def _wrong_limits(manifest: Manifest, source: Source) -> Iterator[Fault]:
    """Only a process can be ended from outside, so whoever sets a limit asks for one."""
    memory_mb = manifest.resources.get("memory_mb")
    if memory_mb is not None and (type(memory_mb) is not int or memory_mb < LEAST_MEMORY_MB):
        what = f"`memory_mb`: expected a whole number from {LEAST_MEMORY_MB} up, found `{memory_mb}`"
        hint = "megabytes that all processes of a unit hold at once"
        yield source.fault("CF-M002", what, "resources", "memory_mb", hint=hint)
    limits = {"timeout_s": manifest.timeout_s, "memory_mb": memory_mb}
    for name, limit in limits.items():
        if limit is not None and manifest.runs != "subprocess":
            path = ("resources", name) if name == "memory_mb" else (name,)
            what = f"`{name}` is a limit that only a process of its own can be held to"
            yield source.fault("CF-M015", what, *path, hint="add `runs: subprocess`")


def _wrong_inputs(manifest: Manifest, source: Source) -> Iterator[Fault]:
    for name, spec in manifest.inputs.items():
        driver = spec.from_input
        if (driver is None) != (spec.path is None):
            what = f"input `{name}` has only one of `from` and `path`"
            yield source.fault("CF-M008", what, "inputs", name, hint="`path` leads into the data of `from`")
        if driver is None:
            continue
        if driver not in manifest.inputs or driver == name:
            others = [other for other in manifest.inputs if other != name]
            hint = nearest(driver, others) or (f"the other inputs are {listed(others)}" if others else "")
            what = f"input `{name}` is driven by `{driver}`, which is no other input"
            yield source.fault("CF-M008", what, "inputs", name, "from", hint=hint)
        elif manifest.inputs[driver].from_input is not None:
            what = f"input `{name}` is driven by `{driver}`, which is itself driven"
            yield source.fault(
                "CF-M008", what, "inputs", name, "from", hint="name the input that drives both"
            )


def _wrong_gate(manifest: Manifest, source: Source) -> Iterator[Fault]:
    if manifest.gate is None:
        return
    if manifest.gate.subject not in manifest.inputs:
        hint = (
            nearest(manifest.gate.subject, manifest.inputs) or f"inputs are {listed(list(manifest.inputs))}"
        )
        what = f"the gate's subject `{manifest.gate.subject}` is no input"
        yield source.fault("CF-M008", what, "gate", "subject", hint=hint)
    mode = manifest.gate.mode
    if mode is not None and mode not in manifest.params:
        hint = nearest(mode, manifest.params) or f"params are {listed(list(manifest.params))}"
        yield source.fault("CF-M008", f"the gate's mode `{mode}` is no param", "gate", "mode", hint=hint)


def _wrong_upcasts(manifest: Manifest, source: Source) -> Iterator[Fault]:
    own = [PurePosixPath(name).stem for name in manifest.schemas]
    for newer, moves in manifest.upcasts.items():
        if newer not in own or newer.endswith("@1"):
            what = f"an upcast leads to `{newer}`, which is no later schema of this module"
            hint = nearest(newer, own) or "list `schemas/name@2.json` under `schemas`"
            yield source.fault("CF-M016", what, "upcasts", newer, hint=hint)
        for at, move in enumerate(moves):
            for what, hint in _wrong_move(move):
                yield source.fault("CF-M016", what, "upcasts", newer, at, hint=hint)


def _wrong_move(move: MoveSpec) -> Iterator[tuple[str, str]]:
    """Yield (what, hint)."""
    said = [verb for verb in VERBS if getattr(move, verb) is not None]
    if len(said) != 1:
        yield f"a move says one of {listed(VERBS)}, this one {len(said)}", "write one move for each"
        return
    (verb,) = said
    if verb in ("rename", "move"):
        wanted = r"[^/]+" if verb == "rename" else r"(/[^/*]+)+"
        if move.to is None or not re.fullmatch(wanted, move.to):
            yield f"`{verb}` needs `to`", "a name for `rename`, a path without `*` for `move`"
    elif move.to is not None:
        yield f"`to` means nothing for `{verb}`", "leave it out"
    if (verb == "default") != ("value" in move.model_fields_set):
        yield f"`{verb}` and `value` do not fit together", "`default` takes a `value`, the others do not"
    if verb == "move" and "*" in str(move.move).split("/"):
        yield "`move` takes one field, not each of many", "use `rename` within each element"


def _wrong_param(spec: ParamSpec) -> Iterator[tuple[str, str, str]]:
    """Yield (key, what, hint)."""
    if spec.min is not None and spec.max is not None and spec.min > spec.max:
        yield "min", f"`min` {spec.min} is above `max` {spec.max}", "turn them round"
    for key in ("min", "max"):
        if getattr(spec, key) is not None and spec.type not in ("integer", "number"):
            yield key, f"`{key}` means nothing for type `{spec.type}`", "it is for integer and number"
    for key in ("pattern", "format"):
        if getattr(spec, key) is not None and spec.type != "string":
            yield key, f"`{key}` means nothing for type `{spec.type}`", "it is for string"
    if spec.enum is not None and not spec.enum:
        yield "enum", "`enum` allows no value", "list the values, or leave it out"
    if spec.pattern is not None:
        try:
            re.compile(spec.pattern)
        except re.error as error:
            yield (
                "pattern",
                f"`{spec.pattern}` is no regular expression: {error}",
                "quote it in single quotes",
            )
            return
    if spec.required and spec.default is not None:
        yield "required", "a required param has no use for a default", "keep one of the two"
    problem = refusal(spec, spec.default) if spec.default is not None else ""
    if problem:
        yield "default", f"its own default is refused: {problem}", "let the default fit"


def _unknown_schema(source: Source, name: str, known: Collection[str], path: tuple[str, ...]) -> Fault:
    hints = (nearest(name, known), "list a private schema's file under `schemas`")
    return source.fault("CF-M005", f"there is no schema `{name}`", *path, hint="; ".join(filter(None, hints)))
