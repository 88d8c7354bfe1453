"""Edits: a person's change of one version, made out as the draft of the next one.

What is not changed comes along: data, media, what it is for. Where it lies and whether it may be kept is the
store's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from cine_forge.kernel.artifacts.records.envelope import Draft, Envelope, MediaDraft, MediaFile
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import STATEMENT_TYPE
from cine_forge.kernel.ground.errors import ArtifactError, Fault, listed, nearest


class Edit(NamedTuple):
    """What a person changes. Without `data` it stays; each file of `media` replaces the one of its name."""

    by: str
    note: str = ""
    data: Mapping[str, Any] | None = None
    media: tuple[MediaDraft, ...] = ()

    def draft(self, old: Envelope, again: Callable[[MediaFile], MediaDraft]) -> Draft:
        """Return the next version of `old`; `again` gives a kept file as a draft of itself.

        Raises ArtifactError CF-A040 for a decision, which nobody edits, CF-A042 for media that replace none.
        """
        ref = Ref.parse(old.ref)
        if faults := tuple(self._faults(ref, old)):
            raise ArtifactError(*faults)
        new = {file.name: file for file in self.media}
        media = tuple(new.get(file.name) or again(file) for file in old.media)
        return Draft(
            output=ref.type,
            entity=ref.entity,
            data=dict(old.data if self.data is None else self.data),
            media=media,
            intent=old.intent,
            rationale=self.note.strip() or f"edited by {self.by}",
            source="human",
            digital_source_type=None if media and len(new) == len(media) else old.digital_source_type,
        )

    def _faults(self, ref: Ref, old: Envelope) -> Iterator[Fault]:
        if ref.type == STATEMENT_TYPE:
            hint = "state the next decision; the newest one counts"
            yield Fault("CF-A040", f"`{ref}` is a decision, and a decision is not edited", hint=hint)
        kinds = {file.name: file.media_type for file in old.media}
        for file in self.media:
            if file.name not in kinds:
                has = f"it has {listed(list(kinds))}" if kinds else "it has no media"
                hint = nearest(file.name, kinds) or has
                yield Fault("CF-A042", f"`{ref}` has no media file `{file.name}`", hint=hint)
            elif file.media_type != kinds[file.name]:
                what = f"`{file.name}` is {kinds[file.name]}, and {file.media_type} cannot take its place"
                yield Fault("CF-A042", what, str(file.path), "convert the file first")
