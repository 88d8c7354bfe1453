"""Damage: what a finding means. Which version it is, what stands on it today, and what repairs it.

Verifying says what differs; this says what it costs. It asks the index as it was kept, because only that
still knows what a damaged record said.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property

from cine_forge.kernel.artifacts.index.index import Index
from cine_forge.kernel.artifacts.keeping.layout import (
    derivation_name,
    is_derivation,
    version_at,
    version_folder,
)
from cine_forge.kernel.artifacts.lineage.lineage import Lineage
from cine_forge.kernel.artifacts.records.derivation import Derivation, UnitKey
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import STATEMENT_TYPE
from cine_forge.kernel.artifacts.store.opening import index_for_reading
from cine_forge.kernel.artifacts.store.storage import Storage
from cine_forge.kernel.artifacts.verify.verify import Finding
from cine_forge.kernel.ground.errors import Fault

_OF_RECORDS = frozenset({"CF-A020", "CF-A021"})


@dataclass(frozen=True)
class Damage:
    """A fault with its meaning.

    `refs` are the versions that it touches; `stands_on_it` what is current and was made from them, or is one
    of them; `repairs` what a person may do, the least first.
    """

    name: str
    fault: Fault
    refs: tuple[Ref, ...] = ()
    stands_on_it: tuple[Ref, ...] = ()
    repairs: tuple[str, ...] = ()


def damages(storage: Storage, findings: Sequence[Finding], *, options: str = "") -> tuple[Damage, ...]:
    """Return the meaning of every finding, in their order.

    `options` are added to the commands that repair, such as `--project DIR`.
    """
    if not findings:
        return ()
    with closing(index_for_reading(storage)) as index:
        known = _Known(index)
        return tuple(_damage(known, finding, options) for finding in findings)


@dataclass
class _Known:
    """What the index says, each asked when it is needed and once."""

    index: Index
    _below: dict[Ref, tuple[Ref, ...]] = field(default_factory=dict)

    @cached_property
    def current(self) -> frozenset[Ref]:
        return frozenset(row.ref for row in self.index.heads())

    @cached_property
    def subjects(self) -> dict[str, tuple[str, str]]:
        """Return the folder of each artifact's versions with its type and entity."""
        return {version_folder(ref): (ref.type, ref.entity) for ref in self.index.named()}

    @cached_property
    def derivations(self) -> dict[str, Derivation]:
        return {derivation_name(one.unit, one.sequence): one for one in self.index.derivations()}

    def refs(self, name: str) -> tuple[Ref, ...]:
        """Return the versions that the record or media file of this name belongs to, or makes visible."""
        if is_derivation(name):
            made = self.derivations.get(name)
            return tuple(Ref.parse(output.ref) for output in made.outputs) if made else ()
        folder, version = version_at(name)
        subject = self.subjects.get(folder)
        return (Ref(*subject, version),) if subject and version else ()

    def maker(self, ref: Ref) -> UnitKey | None:
        """Return the unit that would make a version again: the one that keeps it to this day."""
        made = self.index.derivation_of(ref)
        newest = self.index.newest_derivation(made.unit) if made else None
        return newest.unit if newest and str(ref) in [output.ref for output in newest.outputs] else None

    def stands_on(self, refs: Iterable[Ref]) -> tuple[Ref, ...]:
        found: dict[Ref, None] = {}
        for ref in refs:
            if ref not in self._below:
                below = Lineage(self.index).consequences_of(ref, transitive=True)
                self._below[ref] = tuple(one for one in (ref, *below) if one in self.current)
            found.update(dict.fromkeys(self._below[ref]))
        return tuple(found)


def _damage(known: _Known, finding: Finding, options: str) -> Damage:
    refs = known.refs(finding.name) if finding.fault.code in _OF_RECORDS else ()
    stands = known.stands_on(refs)
    repairs = tuple(f"{repair}{options}" for repair in _commands(known, finding, refs, stands))
    if finding.fault.code in _OF_RECORDS:
        repairs = (*repairs, f"cp -p COPY/{shlex.quote(finding.name)} {shlex.quote(finding.name)}")
    return Damage(finding.name, finding.fault, refs, stands, repairs)


def _commands(
    known: _Known, finding: Finding, refs: tuple[Ref, ...], stands: tuple[Ref, ...]
) -> Iterator[str]:
    """Yield the commands that repair a finding without a copy of the project."""
    if finding.fault.code == "CF-A022":
        yield "cine-forge artifacts rebuild"
    if is_derivation(finding.name):
        if finding.name in known.derivations:
            yield "cine-forge artifacts rebuild"
        return
    for ref in refs:
        unit = known.maker(ref)
        if unit is not None:
            stage, entity = shlex.quote(unit.stage), shlex.quote(unit.entity)
            yield f"cine-forge run --include {stage} --only {entity} --force"
        elif not stands and ref.type != STATEMENT_TYPE:
            yield "cine-forge gc"
