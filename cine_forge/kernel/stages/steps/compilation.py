"""Compilation: from the tree that a builder returned to the tree that is carried out, with its reasons.

    compile_tree()
      named()             every node gets its path
      _select()           include and exclude, by the selector policy
      _override()         patches, each only on the steps that the override policy names
      _capture()          results that nothing captures yet, by the capture policy
      unsupplied()        everything that is read is there before

Nothing is asked of a model. What was decided is kept in the compiled block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from cine_forge.kernel.ground.errors import Fault, ModuleError, RecipeError, listed, nearest
from cine_forge.kernel.stages.steps.block import Block, ChatStep, Node, PatchField, kind_of
from cine_forge.kernel.stages.steps.naming import Placed, at, named, put, walk
from cine_forge.kernel.stages.steps.policy import BlockDecision, BlockPolicies
from cine_forge.kernel.stages.steps.supply import keys_of, unsupplied

PATCHABLE: tuple[str, ...] = get_args(PatchField)


@dataclass(frozen=True)
class Wishes:
    """What a recipe asks of a tree: selectors, patches by selector, and which node gives the result."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    capture: str | None = None


@dataclass(frozen=True)
class Demand:
    """What stands around a tree: its name, the names that are given, the keys that must be captured."""

    name: str
    given: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True)
class CompiledBlock:
    """A checked tree and how it came about. `exact` are the wishes with every name resolved to paths.

    `decisions` and `overridden` are plain data, for people: what policies decided, which fields of which
    step were changed from what to what. `config` are the effective settings, defaults included.
    """

    block: Block
    exact: Wishes
    decisions: tuple[Mapping[str, Any], ...]
    overridden: tuple[Mapping[str, Any], ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] | None = None

    @property
    def calls(self) -> int:
        """Return how many times a model may be asked, at most."""
        return sum(isinstance(placed.node, ChatStep) for placed in walk(self.block))

    def captures(self) -> dict[str, str]:
        """Return each captured key with the path it comes from."""
        placed = [one for one in walk(self.block) if one.capture_key is not None]
        return {str(one.capture_key): one.path for one in placed}

    def to_json(self) -> dict[str, Any]:
        """Return the metadata that is kept with a result."""
        return {
            "name": self.block.name,
            "steps": [_step_json(placed) for placed in walk(self.block)],
            "io": [_io_json(placed) for placed in walk(self.block) if isinstance(placed.node, Block)],
            "captures": self.captures(),
            "overrides": [dict(one) for one in self.overridden],
            "config": dict(self.config),
            "decisions": [dict(one) for one in self.decisions],
        }


def compile_tree(block: Any, wishes: Wishes, demand: Demand, policies: BlockPolicies) -> CompiledBlock:
    """Return the tree as it will be carried out.

    Raises ModuleError (CF-M020 to CF-M026, the author's) or RecipeError (CF-R040 to CF-R043, and what the
    policies refuse), each with every fault of its step.
    """
    work = _Work(named(block, demand.name), policies)
    work.select(wishes)
    with _about("overrides"):
        work.override(wishes.overrides)
    with _about("capture"):
        work.capture(wishes.capture, demand.wanted)
    faults = unsupplied(work.tree, demand.given)
    if faults:
        raise ModuleError(*faults)
    decisions = tuple(decision.to_json() for decision in work.decisions)
    return CompiledBlock(work.tree, work.exact, decisions, tuple(work.overridden))


class _Work:
    """A tree while it is being compiled."""

    def __init__(self, tree: Block, policies: BlockPolicies) -> None:
        self.tree = tree
        self.decisions: list[BlockDecision] = []
        self.overridden: list[dict[str, Any]] = []
        self.exact = Wishes()
        self._policies = policies

    def select(self, wishes: Wishes) -> None:
        """Leave out what is excluded, and what is neither included nor on the way to it."""
        before = self._below()
        kept = self._resolve_all("include", wishes.include)
        gone = self._resolve_all("exclude", wishes.exclude)
        excluded = []
        for placed in before:
            wanted = not wishes.include or any(_related(placed.path, path) for path in kept)
            if not wanted or any(_within(placed.path, path) for path in gone):
                excluded.append(placed.path)
                self.tree = put(self.tree, placed.path, None)
        self.exact = replace(self.exact, exclude=tuple(excluded))
        self._drop_hollow()
        if before and not self.tree.nodes:
            what = f"nothing is left of `{self.tree.name}`"
            key = "include" if wishes.include else "exclude"
            raise RecipeError(Fault("CF-R041", what, key, "include more, or exclude less"))
        self.tree = named(self.tree, self.tree.name)

    def override(self, overrides: Mapping[str, Mapping[str, Any]]) -> None:
        """Patch the steps that overrides are for; each step at most once."""
        patched: dict[str, str] = {}
        for selector, patch in overrides.items():
            _refuse_unknown_fields(selector, patch)
            for path in self._targets(selector, patch):
                if path in patched:
                    what = f"`{patched[path]}` and `{selector}` both override `{path}`"
                    raise RecipeError(Fault("CF-R042", what, hint="write one override for it"))
                patched[path] = selector
                self._patch(path, selector, patch)
                self.exact = replace(self.exact, overrides={**self.exact.overrides, path: dict(patch)})

    def capture(self, configured: str | None, wanted: tuple[str, ...]) -> None:
        """Attach a capture for the one wanted key that nothing captures."""
        open_keys = [key for key in wanted if key not in keys_of(self.tree, sure=True)]
        if configured is not None and not open_keys:
            what = f"`capture: {configured}` has nothing to do: {listed(list(wanted))} is captured already"
            raise RecipeError(Fault("CF-R043", what, hint="leave it out"))
        if len(open_keys) > 1:
            what = f"nothing is sure to capture {listed(open_keys)}"
            raise ModuleError(Fault("CF-M027", what, self.tree.name, "write `capture_key` at each"))
        for key in open_keys:
            if key in keys_of(self.tree):
                what = f"`{key}` is captured only in a block that may be passed over"
                raise ModuleError(Fault("CF-M027", what, self.tree.name, "capture it outside of that block"))
            self._attach(key, configured)

    def _below(self) -> tuple[Placed, ...]:
        return tuple(walk(self.tree))[1:]

    def _resolve(self, policy: str, selector: str) -> tuple[str, ...]:
        available = tuple(placed.path for placed in self._below())
        with _about(policy):
            chosen = self._policies.selectors.resolve(selector, available)
        self.decisions.append(
            BlockDecision("selection", f"{policy}: {selector}", chosen.paths, chosen.reason)
        )
        return chosen.paths

    def _resolve_all(self, policy: str, selectors: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(path for selector in selectors for path in self._resolve(policy, selector))

    def _drop_hollow(self) -> None:
        """Leave out blocks that have lost everything in them, from the innermost outwards."""
        for placed in reversed(self._below()):
            node = at(self.tree, placed.path)
            if isinstance(node, Block) and not node.nodes:
                self.tree = put(self.tree, placed.path, None)

    def _targets(self, selector: str, patch: Mapping[str, Any]) -> tuple[str, ...]:
        found: list[str] = []
        for path in self._resolve("overrides", selector):
            selected = next(placed for placed in walk(self.tree) if placed.path == path)
            below = tuple(one for one in self._below() if one.path.startswith(f"{path}/"))
            chosen = self._policies.overrides.targets(selected, below, patch)
            fields = {"fields": sorted(patch)}
            self.decisions.append(
                BlockDecision("override", f"overrides: {selector}", chosen.paths, chosen.reason, fields)
            )
            found += chosen.paths
        return tuple(found)

    def _patch(self, path: str, selector: str, patch: Mapping[str, Any]) -> None:
        step = at(self.tree, path)
        if not isinstance(step, ChatStep):
            what = f"`{path}` is no ChatStep, so nothing of it can be overridden"
            raise RecipeError(Fault("CF-R042", what, hint="name a step that asks a model"))
        before = {name: _value(step, name) for name in patch}
        self.tree = put(self.tree, path, _patched(step, patch))
        changes = {name: {"from": before[name], "to": value} for name, value in patch.items()}
        self.overridden.append({"selector": selector, "path": path, "fields": changes})

    def _attach(self, key: str, configured: str | None) -> None:
        policy = self._policies.capture
        fitting = tuple(one for one in self._below() if _may_capture(one))
        if configured is None:
            chosen = policy.choose(key, fitting)
            asked = f"capture of `{key}`: nothing is said"
        else:
            named_paths = self._resolve("capture", configured)
            _refuse_ineligible(configured, named_paths, fitting, self.tree)
            chosen = policy.choose(key, tuple(one for one in fitting if one.path in named_paths))
            asked = f"capture of `{key}`: {configured}"
        path = chosen.paths[0]
        self.tree = put(self.tree, path, policy.attach(at(self.tree, path), key))
        self.exact = replace(self.exact, capture=path)
        self.decisions.append(BlockDecision("capture", asked, chosen.paths, chosen.reason))


@contextmanager
def _about(key: str) -> Iterator[None]:
    """Let what is refused say which key of the wishes it is about."""
    try:
        yield
    except RecipeError as error:
        faults = [fault if fault.where else fault._replace(where=key) for fault in error.faults]
        raise RecipeError(*faults) from error


def _related(path: str, other: str) -> bool:
    return _within(path, other) or _within(other, path)


def _within(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}/")


def _may_capture(placed: Placed) -> bool:
    node = placed.node
    answers = node.responds() if isinstance(node, Block) else isinstance(node, ChatStep)
    return placed.sure and answers and node.capture_key is None


def _refuse_ineligible(
    selector: str, paths: tuple[str, ...], fitting: tuple[Placed, ...], tree: Block
) -> None:
    able = {one.path for one in fitting}
    for path in paths:
        if path in able:
            continue
        key = at(tree, path).capture_key
        why = f"captures `{key}` already" if key else "is not sure to end with an answer of a model"
        hint = f"there are {listed(sorted(able))}" if able else "no node can"
        raise RecipeError(Fault("CF-R043", f"`{selector}` cannot be captured: `{path}` {why}", hint=hint))


def _refuse_unknown_fields(selector: str, patch: Any) -> None:
    if not isinstance(patch, Mapping) or not patch:
        what = f"the override of `{selector}` is no mapping of fields to values"
        raise RecipeError(Fault("CF-R042", what, hint=f"fields are {listed(PATCHABLE)}"))
    faults = [
        Fault(
            "CF-R042",
            f"the override of `{selector}` sets `{name}`, which cannot be overridden",
            hint=nearest(str(name), PATCHABLE) or f"fields are {listed(PATCHABLE)}",
        )
        for name in patch
        if name not in PATCHABLE
    ]
    faults += _odd_values(selector, patch)
    if faults:
        raise RecipeError(*faults)


def _odd_values(selector: str, patch: Mapping[str, Any]) -> Iterator[Fault]:
    for name, value in patch.items():
        number = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        expected = {"temperature": "a number from 0", "max_tokens": "a whole number from 1"}.get(name, "text")
        fits = {
            "temperature": number,
            "max_tokens": number and isinstance(value, int) and value >= 1,
        }.get(name, isinstance(value, str) and bool(value.strip()))
        if name in PATCHABLE and not fits:
            what = f"the override of `{selector}` sets `{name}` to `{value}`; expected {expected}"
            yield Fault("CF-R042", what)


def _value(step: ChatStep, name: str) -> Any:
    value = getattr(step.params, name) if name in ("temperature", "max_tokens") else getattr(step, name)
    return "a function" if callable(value) else value


def _patched(step: ChatStep, patch: Mapping[str, Any]) -> Node:
    texts = {name: value for name, value in patch.items() if name in ("prompt", "system")}
    params = {name: value for name, value in patch.items() if name not in texts}
    return replace(step, **texts, params=replace(step.params, **params))


def _step_json(placed: Placed) -> dict[str, Any]:
    node = placed.node
    row: dict[str, Any] = {"path": placed.path, "kind": kind_of(node), "sure": placed.sure}
    if isinstance(node, Block):
        row["merge"] = node.merge
    if node.capture_key is not None:
        row["capture_key"] = node.capture_key
    return row | ({"meta": dict(node.meta)} if node.meta else {})


def _io_json(placed: Placed) -> dict[str, Any]:
    node = placed.node
    assert isinstance(node, Block)
    declared = {name: list(value) for name, value in vars(node.io).items()}
    return {"path": placed.path, **declared, "discovered": list(keys_of(node))}
