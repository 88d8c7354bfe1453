"""The stock: a project of many artifacts, built without waiting for the disk.

The files are those that saving them one by one would leave, and the index holds the same; nothing is made
durable, so that a hundred thousand are there in a minute or two. Ten layers stand on one root, each artifact
on two of the layer before: a new root makes all of them stale. `tests/bench/test_stock.py` holds it to that.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bench.modules.bench.step_v1.body import body
from cine_forge.kernel.artifacts.index.sql_index import SqlIndex
from cine_forge.kernel.artifacts.index.sqlite_file import SqliteFile
from cine_forge.kernel.artifacts.keeping.layout import derivation_name, envelope_name
from cine_forge.kernel.artifacts.keeping.seal import sealed
from cine_forge.kernel.artifacts.records.derivation import Bound, Derivation, UnitKey
from cine_forge.kernel.artifacts.records.envelope import Draft, Envelope, MediaDraft, content_digest
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.artifacts.store.store import Store, UnitWork
from cine_forge.kernel.artifacts.store.work import edges_of

SCHEMA = "step@1"
LAYERS = 10
ROOT_ENTITY = "root"
_SHAPE = Path(__file__).parent / "modules" / "bench" / "step_v1" / "schemas" / f"{SCHEMA}.json"
_AT_ONCE = 2_000


def open_stock(project: Path, *, write: bool = True) -> Store:
    """Open the store of a stock."""
    registry = SchemaRegistry()
    registry.register_json(SCHEMA, json.loads(_SHAPE.read_bytes()))
    return Store.open(project, registry=registry, clock=still, write=write)


def build(project: Path, count: int) -> None:
    """Fill a new project with `count` artifacts, the root among them."""
    open_stock(project).close()
    index = SqlIndex(SqliteFile(project / "index.sqlite"))
    made = _made(count)
    while some := list(islice(made, _AT_ONCE)):
        for envelope, derivation in some:
            _write(project / envelope_name(envelope.parsed_ref), envelope)
            _write(project / derivation_name(derivation.unit, derivation.sequence), derivation)
        index.record((one for one, _ in some), (one for _, one in some))
    index.close()


def build_media(project: Path, count: int, size: int) -> None:
    """Fill a new project with `count` artifacts that have one media file of `size` bytes each."""
    source = project.with_name(f"{project.name}.bin")
    with open_stock(project) as store:
        for number in range(count):
            source.unlink(missing_ok=True)
            source.write_bytes(random.Random(number).randbytes(size))
            source.chmod(0o444)
            media = MediaDraft(path=source, name="take.bin", media_type="application/octet-stream")
            (draft,) = work(f"m{number}", ()).drafts
            store.announce(draft.model_copy(update={"media": (media,)}), SCHEMA)


def work(entity: str, inputs: tuple[Bound, ...], text: str = "") -> UnitWork:
    """Return the work of a unit that keeps one artifact; another `text` makes another version."""
    return UnitWork(
        unit=UnitKey(entity.partition("x")[0], entity),
        fingerprint=content_digest(SCHEMA, {"of": entity, "text": text}, ()),
        components={f"input:{bound.name}": bound.digest for bound in inputs},
        module="step_v1",
        module_version="1",
        run_id="run-1",
        inputs=inputs,
        drafts=(
            Draft(
                output="step",
                entity=entity,
                data=dict(sorted(body(entity, [bound.digest for bound in inputs], text).items())),
                intent="to be measured",
                rationale="the bench asks for it",
            ),
        ),
        schema_of={"step": SCHEMA},
        seconds=0.01,
    )


def still() -> datetime:
    """Return the time at which everything here is made."""
    return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def entities(count: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each entity with those that it is made from, makers first."""
    width = max((count - 1) // LAYERS, 1)
    yield ROOT_ENTITY, ()
    for number in range(count - 1):
        layer, at = divmod(number, width)
        before = (f"l{layer - 1}x{at}", f"l{layer - 1}x{(at + 1) % width}") if layer else (ROOT_ENTITY,)
        yield f"l{layer}x{at}", tuple(dict.fromkeys(before))


def _made(count: int) -> Iterator[tuple[Envelope, Derivation]]:
    """Yield what saving each entity once would keep."""
    kept: dict[str, Bound] = {}
    for ordinal, (entity, before) in enumerate(entities(count), 1):
        found = work(entity, tuple(kept[one] for one in before))
        (draft,), ref = found.drafts, Ref("step", entity, 1)
        digest = content_digest(SCHEMA, draft.data, ())
        kept[entity] = Bound(name=entity, ref=str(ref), digest=digest)
        yield _envelope(found, draft, kept[entity]), _derivation(found, kept[entity], ordinal)


def _envelope(found: UnitWork, draft: Draft, kept: Bound) -> Envelope:
    return Envelope(
        ref=kept.ref,
        schema_name=SCHEMA,
        digest=kept.digest,
        data=draft.data,
        lineage=edges_of(found.inputs),
        intent=draft.intent,
        rationale=draft.rationale,
        confidence=draft.confidence,
        source=draft.source,
        producing_module=found.module,
        fingerprint=found.fingerprint,
        run_id=found.run_id,
        created_at=_display_time(),
    )


def _derivation(found: UnitWork, kept: Bound, ordinal: int) -> Derivation:
    return Derivation(
        unit=found.unit,
        sequence=1,
        fingerprint=found.fingerprint,
        components=dict(found.components),
        module=found.module,
        module_version=found.module_version,
        inputs=found.inputs,
        outputs=(Bound(name="step", ref=kept.ref, digest=kept.digest),),
        seconds=found.seconds,
        run_id=found.run_id,
        created_at=_display_time(),
        ordinal=ordinal,
    )


def _display_time() -> str:
    return still().isoformat(timespec="milliseconds")


def _write(path: Path, record: Envelope | Derivation) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sealed(record.model_dump(mode="json")))
    path.chmod(0o444)
