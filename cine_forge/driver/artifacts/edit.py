"""Edit: keep a person's change of an artifact, from the command's words to the next version."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cine_forge.driver.artifacts.decide import person_of
from cine_forge.driver.artifacts.edited_data import EditedData, read_data, set_values
from cine_forge.driver.artifacts.named_ref import ref_of
from cine_forge.driver.wiring import wire_project
from cine_forge.kernel.artifacts.records.envelope import Envelope, MediaDraft
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import Fault, UsageError
from cine_forge.kernel.ground.files import check_plain_file

_SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (4, b"ftyp", "video/mp4"),
)


@dataclass(frozen=True)
class Changes:
    """What the command brought: a file of data (`-` is stdin) or values to set, and media as `name=FILE`."""

    file: str | None = None
    sets: tuple[str, ...] = ()
    media: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edited:
    """What came of an edit. `is_new` is False when the current version held all of it already.

    `before` was current until then, which is another than `revises` when an older version was edited.
    """

    ref: Ref
    revises: Ref
    is_new: bool
    before: Ref
    current: Ref

    def to_json(self) -> dict[str, object]:
        """Return it as `--json` prints it."""
        refs = {"ref": str(self.ref), "revises": str(self.revises), "current": str(self.current)}
        return {"schema": "edit/1", **refs, "new_version": self.is_new}

    def remarks(self) -> tuple[str, ...]:
        """Return what a person should know beside the new ref."""
        if not self.is_new:
            return (f"nothing changed: `{self.ref}` holds this already; no version was made",)
        if self.before != self.revises and self.current == self.ref:
            look = f"`cine-forge artifacts diff {self.before} {self.ref}` tells what is different now"
            return (f"`{self.before}` was current, and what it changed is not in `{self.ref}`: {look}",)
        if self.current != self.ref:
            return (f"`{self.current}` is pinned and stays current: `cine-forge artifacts unpin {self.ref}`",)
        return ()


def keep_edit(folder: Path, text: str, changes: Changes, *, by: str | None, note: str) -> Edited:
    """Keep a person's edit of a version. Works while a run goes on.

    Raises UsageError CF-U053 to CF-U055 for what cannot be read, CF-U059 for a file of another version, and
    ArtifactErrors with every place.
    """
    if (changes.file is not None and changes.sets) or not (changes.file or changes.sets or changes.media):
        hint = "give a FILE with the data (`-` is stdin), or `--set path=value`; and `--media name=FILE`"
        raise UsageError(Fault("CF-U055", "an edit has either a file or values to set", hint=hint))
    wired = wire_project(folder, write=True)
    with wired.store as store:
        ref, person = ref_of(store, text), person_of(wired.project, by)
        old = store.load(ref)
        data = _data(changes, old)
        if data is not None:
            data.check(old.schema_name, store.registry)
        known, before = store.versions(ref.type, ref.entity), store.current(ref.type, ref.entity)
        media = tuple(_replacement(one) for one in changes.media)
        new = store.edit(ref, data.value if data else None, by=person, note=note, media=media)
        after = store.current(ref.type, ref.entity)
        return Edited(new, ref, new not in known, before.ref if before else ref, after.ref if after else new)


def _data(changes: Changes, old: Envelope) -> EditedData | None:
    if changes.sets:
        return set_values(old.data, changes.sets)
    data = None if changes.file is None else read_data(changes.file)
    if data is not None and data.of not in (None, old.ref):
        what = f"the file holds `{data.of}`, and `{old.ref}` was to be edited"
        hint = f"`cine-forge artifacts edit {data.of} FILE` edits that one"
        raise UsageError(Fault("CF-U059", what, changes.file or "", hint))
    return data


def _replacement(said: str) -> MediaDraft:
    """Return the file that shall replace a media file, with what it really is."""
    name, equals, path = said.partition("=")
    if not (name and equals and path):
        hint = "write `name=FILE`, as in `board.png=new.png`"
        raise UsageError(Fault("CF-U055", f"`{said}` replaces nothing", "--media", hint))
    file = Path(path)
    check_plain_file(file)
    kind = _kind_of(file)
    return MediaDraft.model_validate(
        {"path": file, "name": name, "media_type": kind, **_measured(file, kind)}
    )


def _kind_of(file: Path) -> str:
    """Return the media type by the first bytes; where those say nothing, by the ending of the name."""
    with file.open("rb") as stream:
        start = stream.read(16)
    known = (kind for at, mark, kind in _SIGNATURES if start[at : at + len(mark)] == mark)
    return next(known, mimetypes.guess_type(file.name)[0] or "application/octet-stream")


def _measured(file: Path, kind: str) -> Mapping[str, Any]:
    """Return frame, rate and length of a picture or clip, by decoding it. Raises StageError when broken."""
    from cine_forge.media.probe import probe_clip, probe_still

    if kind.startswith("image/"):
        still = probe_still(file)
        return {"width": still.width, "height": still.height}
    if kind not in ("video/mp4", "video/webm"):
        return {}
    clip = probe_clip(file)
    facts = {"width": clip.width, "height": clip.height, "fps": str(clip.fps)}
    return {**facts, "seconds": round(clip.seconds, 6)}
