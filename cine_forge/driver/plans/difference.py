"""Differences: what two snapshots of runs do not have in common, as data and as sentences.

A resumed run tells them, `plan --run` and `runs compare` print them. What came of them is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cine_forge.driver.plans.snapshot_record import ModuleRecord, Snapshot
from cine_forge.kernel.ground.errors import listed

_SHORT = 48
_MOST_FILES = 4


@dataclass(frozen=True)
class Difference:
    """One thing that differs. `kind` is recipe, param, stage, module, code, schema, setting, provider,
    price, command or product; `before` and `after` are None where there is nothing."""

    kind: str
    name: str
    text: str
    before: Any = None
    after: Any = None

    def to_json(self) -> dict[str, Any]:
        """Return the difference as plain data."""
        return {"kind": self.kind, "name": self.name, "text": self.text} | {
            "before": self.before,
            "after": self.after,
        }


@dataclass(frozen=True)
class ModuleSince:
    """How one module of a snapshot compares with another's. `status` is same, changed, gone or added.

    `files` are those that changed, came or went; `manifest` among them means the declaration itself.
    """

    module: str
    status: str
    before: str | None
    after: str | None
    files: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the comparison as a sentence without a subject."""
        if self.status != "changed":
            return self.status
        version = "" if self.before == self.after else f"version {self.before} → {self.after}; "
        return f"changed: {version}{_few(self.files)}"


def differences(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """Return what differs, in the order in which a person would look: recipe, params, modules, the rest."""
    found = [*_of_recipe(before, after), *_of_stages(before, after), *_of_modules(before, after)]
    found += _of_values("schema", "schema `{}`", before.schemas, after.schemas, show=False)
    found += _of_values("setting", "project setting `{}`", before.facts, after.facts)
    found += _of_providers(before, after)
    found += _of_values("command", "`--{}`", _command(before), _command(after))
    if before.product_version != after.product_version:
        found.append(_changed("product", "CineForge", before.product_version, after.product_version))
    return tuple(found)


def modules_since(before: Snapshot, after: Snapshot) -> tuple[ModuleSince, ...]:
    """Return one row for each module that either snapshot uses, by name."""
    return tuple(_since(name, before, after) for name in sorted(before.modules.keys() | after.modules.keys()))


def _since(name: str, before: Snapshot, after: Snapshot) -> ModuleSince:
    old, new = before.modules.get(name), after.modules.get(name)
    if old is None or new is None:
        status = "gone" if new is None else "added"
        return ModuleSince(name, status, old.version if old else None, new.version if new else None)
    files = _unequal(before.code_of(name), after.code_of(name))
    if old.manifest != new.manifest:
        files = ("module.yaml", *files)
    status = "changed" if files or old.version != new.version else "same"
    return ModuleSince(name, status, old.version, new.version, files)


def _of_recipe(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    if before.recipe_id != after.recipe_id:
        yield _changed("recipe", "the recipe", before.recipe_id, after.recipe_id)
    elif before.recipe_sha256 != after.recipe_sha256:
        said = "the recipe's text changed"
        if before.stages and before.stages == after.stages:
            said += "; what it asks of its stages did not"
        yield Difference("recipe", after.recipe_id, said, before.recipe_sha256, after.recipe_sha256)
    yield from _of_values("param", "param `{}`", before.params, after.params)


def _of_stages(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    for stage in dict.fromkeys([*before.stages, *after.stages]):
        old, new = before.stages.get(stage), after.stages.get(stage)
        if old is None or new is None:
            word = "is new" if old is None else "is gone"
            yield Difference(
                "stage", stage, f"stage `{stage}` {word}", old and old.module, new and new.module
            )
            continue
        if old.module != new.module:
            yield _changed("stage", f"module of stage `{stage}`", old.module, new.module, name=stage)
        parts = {"param": ("params", True), "file": ("files", False), "config": ("config", True)}
        parts["resilience"] = ("resilience", True)
        for word, (key, show) in parts.items():
            label = f"{word} `{{}}` of stage `{stage}`"
            pairs = (getattr(old, key), getattr(new, key))
            for one in _of_values("stage", label, *pairs, show=show):
                yield Difference("stage", f"{stage}.{one.name}", one.text, one.before, one.after)
        if (old.inputs, old.for_each) != (new.inputs, new.for_each):
            yield Difference("stage", stage, f"stage `{stage}` is fed otherwise", old.inputs, new.inputs)


def _of_modules(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    """Yield a difference for each module, and one for each shared file with the modules that use it."""
    for since in modules_since(before, after):
        own = tuple(name for name in since.files if name not in before.files and name not in after.files)
        if since.status in ("gone", "added"):
            yield Difference("module", since.module, f"module `{since.module}` is {since.status}")
        elif own or since.before != since.after:
            told = ModuleSince(since.module, "changed", since.before, since.after, own)
            text = f"module `{since.module}` {told.text}"
            yield Difference("module", since.module, text, since.before, since.after)
    for label in _unequal(before.files, after.files):
        users = _users(label, before.modules, after.modules)
        text = f"code `{label}` {_word(label, before.files, after.files)} (used by {listed(users, 3)})"
        yield Difference("code", label, text, before.files.get(label), after.files.get(label))


def _of_providers(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    if before.strategy != after.strategy:
        yield Difference(
            "provider",
            "strategy",
            "which provider makes what changed",
            before.strategy_place,
            after.strategy_place,
        )
    for model in sorted(before.profiles.keys() | after.profiles.keys()):
        old, new = before.profiles.get(model), after.profiles.get(model)
        if old == new:
            continue
        if old is None or new is None:
            yield Difference("provider", model, f"model `{model}` is {'new' if old is None else 'gone'}")
        elif old.get("price") != new.get("price"):
            prices = (old.get("price"), new.get("price"))
            yield Difference("price", model, f"the price of `{model}` changed", *prices)
        else:
            yield Difference("provider", model, f"the profile of `{model}` changed")


def _of_values(
    kind: str, label: str, before: Mapping[str, Any], after: Mapping[str, Any], *, show: bool = True
) -> Iterator[Difference]:
    for name in _unequal(before, after):
        said = label.format(name)
        one = _changed(kind, said, before.get(name), after.get(name), name=name)
        yield one if show else Difference(kind, name, f"{said} changed", one.before, one.after)


def _changed(kind: str, said: str, before: Any, after: Any, *, name: str = "") -> Difference:
    return Difference(kind, name or said, f"{said} {_short(before)} → {_short(after)}", before, after)


def _command(snapshot: Snapshot) -> dict[str, Any]:
    asked = snapshot.asked.model_dump(exclude={"recipe", "params"}, exclude_defaults=True)
    if (cap := asked.pop("budget_micro_usd", None)) is not None:
        asked["budget"] = f"{cap / 1_000_000:.2f} USD"
    return {name.replace("_", "-"): value for name, value in asked.items()}


def _users(label: str, *tables: Mapping[str, ModuleRecord]) -> list[str]:
    return sorted({name for table in tables for name, record in table.items() if label in record.uses})


def _unequal(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        name
        for name in sorted(before.keys() | after.keys())
        if name not in before or name not in after or before[name] != after[name]
    )


def _word(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    return "is new" if name not in before else "is gone" if name not in after else "changed"


def _few(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MOST_FILES} more" if len(names) > _MOST_FILES else ""
    return ", ".join(f"`{name}`" for name in names[:_MOST_FILES]) + more


def _short(value: Any) -> str:
    text = "nothing" if value is None else f"“{value}”" if isinstance(value, str) else str(value)
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) and value else text
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
