"""The schema registry: which named, versioned shapes exist, and whether data fits one.

Wiring registers the shared models; discovery registers the private JSON Schemas of modules. Planning asks
for required fields and digests, the store validates with it. Validation reports every fault, not the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError

from cine_forge.kernel.artifacts.records.refs import is_type
from cine_forge.kernel.artifacts.schemas.json_shape import check_shape, escaped, misfits
from cine_forge.kernel.artifacts.schemas.promise import lacks
from cine_forge.kernel.artifacts.schemas.upcast import (
    Change,
    Upcasts,
    brought_up,
    numbered,
    upcast_by,
    upcast_by_moves,
)
from cine_forge.kernel.ground.errors import ArtifactError, Fault, listed, nearest
from cine_forge.kernel.ground.hashing import canonical_json, digest_of

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}@[1-9][0-9]{0,8}")
_REMARKS = frozenset({"title", "description", "examples", "$comment", "$id"})
_NAMED = ("properties", "$defs", "patternProperties")


@dataclass(frozen=True)
class _Known:
    """One shape, made out when somebody looks at it: a model's, or a JSON Schema as it is `written`."""

    load: Callable[[], type[BaseModel]] | None = None
    written: dict[str, Any] | None = None

    @cached_property
    def model(self) -> type[BaseModel] | None:
        return self.load() if self.load else None

    @cached_property
    def shape(self) -> dict[str, Any]:
        return _shape_of(self.model) if self.model else self.written or {}

    @cached_property
    def digest(self) -> str:
        return _digest_of(self.model) if self.model else digest_of(without_remarks(self.shape))


@lru_cache(maxsize=128)
def _shape_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return a model's shape, which is the same for every registry of the process."""
    return model.model_json_schema()


@lru_cache(maxsize=128)
def _digest_of(model: type[BaseModel]) -> str:
    return digest_of(without_remarks(_shape_of(model)))


class SchemaRegistry:
    """Names like `sheet@1` and the shapes they stand for."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._upcasts = Upcasts()

    def register_model(self, name: str, model: type[BaseModel]) -> None:
        """Register a shared model. Raises ArtifactError CF-A031 when the name stands for another shape."""
        self.register_later(name, lambda: model)

    def register_later(self, name: str, load: Callable[[], type[BaseModel]]) -> None:
        """Register a shared model that `load` imports when its shape is first asked for. Raises CF-A031."""
        self._register(name, _Known(load=load))

    def register_json(self, name: str, schema: dict[str, Any]) -> None:
        """Register a private JSON Schema. Raises CF-A031 as above, CF-A032 for keywords not understood."""
        check_shape(schema, name)
        self._register(name, _Known(written=schema))

    def register_upcast(self, older: str, newer: str, change: Change) -> None:
        """Register the step from a shape to the next one, `x@1` to `x@2`. Raises CF-A035, CF-A031."""
        self._upcasts.add(upcast_by(_checked(older), _checked(newer), change))

    def register_moves(self, newer: str, moves: Iterable[Mapping[str, Any]]) -> None:
        """Register the step that leads to `newer` as a manifest lists it. Raises CF-A035, CF-A031."""
        self._upcasts.add(upcast_by_moves(_checked(newer), moves))

    def leads(self, held: str, wanted: str) -> bool:
        """Say whether data kept as `held` can be read as the newer `wanted`."""
        return self._upcasts.chain(held, wanted) is not None

    def upcasts_to(self, wanted: str) -> dict[str, str]:
        """Return the ways that lead to a shape: `x@1 to x@2` and the digest of what is done on it."""
        return {f"{held} to {wanted}": digest for held, digest in self._upcasts.leading_to(wanted)}

    def read_as(self, held: str, wanted: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return data of the shape `held` as a reader of `wanted` sees it; the data stays as it is.

        An older shape is brought up step by step and judged by the newer. Without steps it is read as it is
        where the one shape promises what the other requires, or where the types differ, which planning
        judges. Raises ArtifactError CF-A035 (no upcast), CF-A036 (it does not fit), CF-A037 (too new).
        """
        chain = self._upcasts.chain(held, wanted)
        if chain is None:
            self._check_readable(held, wanted)
            return data
        found = brought_up(chain, data) if chain else data
        faults = self.validate(wanted, found) if chain and wanted in self else ()
        if faults:
            said = (f"brought from `{held}` to `{wanted}`, {fault.what}" for fault in faults)
            hint = "the file is untouched; the upcast must be mended by whoever ships the shape"
            raise ArtifactError(*(Fault("CF-A036", what, hint=hint) for what in said))
        return found

    def validate(self, name: str, data: Any) -> tuple[Fault, ...]:
        """Return every fault of `data`, each with a JSON pointer as its place; empty when it fits.

        Data is judged as JSON, strictly: a number in quotes is no number. Raises CF-A030 for an unknown name.
        """
        known = self._look_up(name)
        try:
            text = canonical_json(data).encode()
        except (TypeError, ValueError, RecursionError) as error:
            return (_fault(name, "", f"the data is not JSON: {error}"),)
        if known.model is None:
            return tuple(_fault(name, found.pointer, found.what) for found in misfits(known.shape, data))
        try:
            known.model.model_validate_json(text, strict=True)
        except ValidationError as error:
            return tuple(_model_fault(name, known, detail) for detail in error.errors(include_url=False))
        return ()

    def required_fields(self, name: str) -> frozenset[str]:
        """Return the top-level fields that data of this schema must have."""
        return frozenset(self._look_up(name).shape.get("required", ()))

    def digest(self, name: str) -> str:
        """Return the digest of the shape, remarks left out; part of every fingerprint that uses it."""
        return self._look_up(name).digest

    def shape(self, name: str) -> dict[str, Any]:
        """Return the JSON Schema, for people and for documents."""
        return self._look_up(name).shape

    def names(self) -> tuple[str, ...]:
        """Return the registered names in alphabetical order."""
        return tuple(sorted(self._known))

    def unknown(self, name: str) -> Fault:
        """Return the fault of a name that is not registered, with the nearest that is."""
        hint = nearest(name, self._known) or f"known are {listed(self.names())}"
        return Fault("CF-A030", f"there is no schema `{name}`", hint=hint)

    def _check_readable(self, held: str, wanted: str) -> None:
        if numbered(held)[0] != numbered(wanted)[0]:
            return
        if held in self and wanted in self and not lacks(self.shape(held), self.shape(wanted)):
            return
        if held not in self and numbered(held) > numbered(wanted):
            what = f"its shape `{held}` is newer than `{wanted}`, which is read here"
            raise ArtifactError(Fault("CF-A037", what))
        what = f"no upcast leads from `{held}` to `{wanted}`"
        hint = f"run the stage that makes it again, or list the upcast of `{wanted}` in the manifest"
        raise ArtifactError(Fault("CF-A035", what, hint=hint))

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def _register(self, name: str, known: _Known) -> None:
        present = self._known.setdefault(_checked(name), known)
        if present is not known and present.digest != known.digest:
            hint = "give the changed shape the next number"
            raise ArtifactError(Fault("CF-A031", f"`{name}` is registered with another shape", hint=hint))

    def _look_up(self, name: str) -> _Known:
        if name not in self._known:
            raise ArtifactError(self.unknown(name))
        return self._known[name]


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name) or not is_type(name.partition("@")[0]):
        raise ArtifactError(Fault("CF-A031", f"`{name}` cannot name a schema", hint="write `name@1`"))
    return name


def without_remarks(schema: Any) -> Any:
    """Return a JSON Schema without titles and descriptions; fields that bear such names stay."""
    if isinstance(schema, list):
        return [without_remarks(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _inner_without_remarks(key, value) for key, value in schema.items() if key not in _REMARKS}


def _inner_without_remarks(key: str, value: Any) -> Any:
    if key in ("enum", "const", "default", "required"):
        return value
    if key in _NAMED and isinstance(value, dict):
        return {name: without_remarks(inner) for name, inner in value.items()}
    return without_remarks(value)


def _fault(name: str, pointer: str, what: str, hint: str = "") -> Fault:
    return Fault("CF-A033", f"the data does not fit `{name}`: {what}", pointer or "/", hint)


def _model_fault(name: str, known: _Known, detail: Any) -> Fault:
    pointer = "".join(f"/{escaped(str(part))}" for part in detail["loc"])
    found = detail["input"]
    if detail["type"] == "missing":
        return _fault(name, pointer, f"the field `{detail['loc'][-1]}` is missing")
    if detail["type"] == "extra_forbidden":
        hint = nearest(str(detail["loc"][-1]), set(_field_names(known.shape)))
        return _fault(name, pointer, f"the field `{detail['loc'][-1]}` is unknown", hint)
    text = repr(found)
    return _fault(name, pointer, f"{detail['msg']}, found {text if len(text) <= 60 else text[:57] + '...'}")


def _field_names(shape: Any) -> Iterator[str]:
    """Yield every field name of a model's shape, nested ones too."""
    yield from shape.get("properties", ())
    for inner in shape.get("$defs", {}).values():
        yield from inner.get("properties", ())
