"""A ref as a person writes it: `type/entity@v3`, or `type/entity` for what is current."""

from __future__ import annotations

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import ArtifactError, Fault, nearest


def ref_of(store: Store, text: str) -> Ref:
    """Return the version meant. Raises ArtifactError CF-A001 for no ref, CF-A003 when nothing is kept of it.

    A version that is written out is taken as it is; whether it is kept is asked by whoever reads it.
    """
    kind, _, entity = text.partition("/")
    if "@v" in text or not entity:
        return Ref.parse(text)
    held = store.current(kind, entity)
    if held is None:
        near = nearest(entity, store.entities(kind)) or nearest(kind, store.types())
        what = f"nothing is kept as `{text}`"
        raise ArtifactError(Fault("CF-A003", what, hint=near or "`cine-forge artifacts list` lists all"))
    return held.ref
