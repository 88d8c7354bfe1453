"""Answers: what a rehearsed language model says, written down beforehand by a person.

A sheet holds answers by step, or in the order of asking; the scripted provider reads them out. It stands
in the request itself, or in a file of the project that the request names with its digest: a changed answer
is another request, so nothing old is played back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cine_forge.kernel.ground.errors import Fault, ProjectError, StageError, listed, nearest
from cine_forge.kernel.ground.source import load_source, validate_model


class Answer(BaseModel):
    """One answer: a text, a value that is said as JSON, or a failure. Tokens are as a model would count."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str | None = None
    value: Any = Field(None, alias="json")
    fail: str | None = None
    input_tokens: int | None = Field(None, ge=0)
    output_tokens: int | None = Field(None, ge=0)

    @model_validator(mode="before")
    @classmethod
    def _plain_text(cls, data: Any) -> Any:
        return {"text": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _says_one_thing(self) -> Answer:
        if len(self.model_fields_set & {"text", "value", "fail"}) != 1:
            raise ValueError("an answer has one of `text`, `json` and `fail`")
        return self

    def said(self) -> str:
        """Return the answer's words."""
        return self.text if self.text is not None else json.dumps(self.value, ensure_ascii=False, indent=2)


class AnswerSheet(BaseModel):
    """Answers by step, or by the place of the call in its unit; the step's own come first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by_step: dict[str, Answer] = {}
    in_order: tuple[Answer, ...] = ()

    def find(self, step: str, call: int, *, where: str) -> Answer:
        """Return the answer to a step's call, the first of which is 1.

        A key is a step's whole path or an ending of it; the longest that fits wins. Raises StageError
        CF-G046 when none does.
        """
        fitting = [key for key in self.by_step if step == key or step.endswith(f"/{key}")]
        if fitting:
            return self.by_step[max(fitting, key=len)]
        if call <= len(self.in_order):
            return self.in_order[call - 1]
        known = listed(list(self.by_step)) if self.by_step else "no step"
        hints = (nearest(step, self.by_step), f"it answers {known} and {len(self.in_order)} in order")
        what = f"there is no answer to `{step}` (call {call})"
        raise StageError(Fault("CF-G046", what, where, "; ".join(filter(None, hints))))


def read_sheet(path: Path) -> AnswerSheet:
    """Read a sheet from its file. Raises ProjectError CF-G046 with file and line when it is none."""
    return validate_model(load_source(path), AnswerSheet, family=ProjectError, code="CF-G046")


def sheet_of(data: Mapping[str, Any], where: str) -> AnswerSheet:
    """Take a sheet that was written out at `where`. Raises ProjectError CF-G046 with every fault of it."""
    try:
        return AnswerSheet.model_validate(data)
    except ValidationError as error:
        faults = (
            Fault("CF-G046", f"`answers.{'.'.join(map(str, found['loc']))}`: {found['msg']}", where)
            for found in error.errors(include_url=False, include_context=False)
        )
        raise ProjectError(*faults) from None
