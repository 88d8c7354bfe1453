"""Agreements: a request of the film as whoever is asked takes it, and what was conceded for that.

The film says what it wishes; the one door answers which model would carry it and what that one takes of
it, and the prompt is written anew where its reader's limits ask for that. Called before anything is frozen or
bought, by boards, sheets, clips and rerolls alike. What comes back is kept as the film wished it: see `kept`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from cine_forge.film.requests.prompts import Brief, Prompt, write_prompt
from cine_forge.film.requests.purchase import Dispatch
from cine_forge.generation.payloads import Concession, ImagePayload, VideoPayload
from cine_forge.generation.profiles import PromptLimit

Wish = TypeVar("Wish", ImagePayload, VideoPayload)


class Terms(BaseModel):
    """What the one door says of a request: who would carry it, and how that one takes it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    model: str
    payload: dict[str, Any]
    conceded: tuple[Concession, ...] = ()
    prompts: tuple[PromptLimit, ...] = ()


@dataclass(frozen=True)
class Agreement(Generic[Wish]):
    """A wish, the payload that is asked in its place, and why they differ where they do."""

    wish: Wish
    payload: Wish
    conceded: tuple[Concession, ...] = ()

    @property
    def data(self) -> Mapping[str, Any]:
        """Return the payload as plain data."""
        return self.payload.model_dump(mode="json")

    @property
    def kept(self) -> Wish:
        """Return the payload in the form in which the film keeps what comes of it."""
        return in_form_of(self.payload, self.wish)


def agree(dispatch: Dispatch, wish: Wish, brief: Brief, *, model: str) -> Agreement[Wish]:
    """Agree on a request; `model` is the one whose builder writes the prompt. Nothing is spent.

    Raises StageError CF-F110 and CF-F111 as `write_prompt` does.
    """
    terms: Terms = Terms.model_validate(dispatch({"act": "agree", "payload": wish.model_dump(mode="json")}))
    prompt: Prompt = write_prompt(brief, model, wish.modality, limits=terms.prompts, reader=terms.model)
    payload = type(wish).model_validate({**terms.payload, "prompt": prompt.text})
    return Agreement(wish, payload, (*terms.conceded, *prompt.conceded))


def in_form_of(payload: Wish, wish: Wish) -> Wish:
    """Return a payload with the size and the length of a wish."""
    form = {name: getattr(wish, name) for name in ("width", "height", "frames") if hasattr(wish, name)}
    return payload.model_copy(update=form)
