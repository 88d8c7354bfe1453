"""Questions: what a module asks an author for, and what it gets. Both are plain data.

An author is a language model, or the module's own deterministic answer where no model is to be had. What
comes back fits the schema that was asked for, whoever gave it, and says who did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from cine_forge.kernel.artifacts.records.envelope import CostRecord


class Question(NamedTuple):
    """Text to be written as data that fits `schema`, a JSON Schema of the subset that modules use.

    `step` names the question within its unit, for receipts and people. `otherwise` is the deterministic
    answer: with it a question never fails for want of a model, without it it does. `max_tokens` caps the
    length of an answer, and so its price.
    """

    step: str
    prompt: str
    schema: Mapping[str, Any]
    system: str | None = None
    otherwise: Any = None
    temperature: float | None = None
    max_tokens: int = 4000


class Authored(NamedTuple):
    """Data that fits the schema. `steps` are what was asked and answered, as a transcript keeps them.

    `warning` says why a model was not used though one is configured; it is told in the run whether the
    module repeats it or not.
    """

    data: Any
    source: Literal["ai", "code"]
    steps: tuple[Mapping[str, Any], ...] = ()
    cost: CostRecord | None = None
    warning: str | None = None
