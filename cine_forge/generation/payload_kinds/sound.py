"""Sound payloads: what is asked where the result is heard, or where lips must follow what is heard.

Dispatch and adapters meet them as members of the one union in `payloads`; they say nothing of vendors.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from cine_forge.generation.payload_kinds.reference import Frozen, Reference

SoundKind = Literal["speech", "effect", "music"]


class SoundPayload(Frozen):
    """A sound by itself. `prompt` is what is said, or describes what is heard; `seconds` is how long.

    `voice` is the speaker as the vendor calls one (the embedded provider takes a character id), for speech
    and for nothing else; a voice may take longer or shorter than `seconds`. `language` is a BCP 47 tag.
    """

    modality: Literal["audio_t2a"] = "audio_t2a"
    entity: str
    kind: SoundKind
    prompt: str = Field(min_length=1)
    seconds: float = Field(gt=0, le=3600)
    seed: int = Field(ge=0)
    voice: str | None = Field(None, min_length=1)
    language: str | None = Field(None, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")

    @model_validator(mode="after")
    def _speaks_with_a_voice(self) -> SoundPayload:
        if (self.kind == "speech") != (self.voice is not None):
            raise ValueError("speech has a voice, an effect or music has none")
        return self


class LipsyncPayload(Frozen):
    """A clip whose lips shall follow a sound. `seconds` is how long the clip plays."""

    modality: Literal["lipsync_post"] = "lipsync_post"
    entity: str
    prompt: str = ""
    clip: Reference
    sound: Reference
    seconds: float = Field(gt=0, le=3600)
    seed: int = Field(0, ge=0)
