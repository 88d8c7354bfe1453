"""Endpoints: where a provider of the user's choice is reached, and how it wants to be asked.

They stand in `configs/providers.yaml`. A key never does: the file names the environment variable that holds
it. Which hosts may be named at all is declared by the provider and by the person at the keyboard, so that a
project of somebody else cannot send a key where it likes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator

from cine_forge.generation.profiles import Declared
from cine_forge.wire.destination import Destination, destination

AnswerFormat = Literal["json_schema", "json_object", "text"]
"""How a server can be held to a shape: to a schema, to JSON as such, or not at all."""


class Endpoint(Declared):
    """One endpoint. `deadline_s` is seconds for a whole call, of which a model may think most.

    `sites` are further base URLs of a provider that has several, by the names of its declaration.
    """

    base_url: str
    key_variable: str | None = Field(None, pattern=r"^[A-Z][A-Z0-9_]*_API_KEY$")
    answer_format: AnswerFormat = "json_schema"
    length_key: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    deadline_s: float = Field(300.0, gt=0, le=3600)
    sites: dict[str, str] = Field(default_factory=dict)

    @field_validator("base_url")
    @classmethod
    def _may_be_reached(cls, base_url: str) -> str:
        destination(base_url)
        return base_url

    @field_validator("sites")
    @classmethod
    def _may_all_be_reached(cls, sites: dict[str, str]) -> dict[str, str]:
        for url in sites.values():
            destination(url)
        return sites

    def key(self, environment: Mapping[str, str]) -> str:
        """Return the key that the environment holds for it; empty where none is wanted or there is none."""
        return environment.get(self.key_variable, "").strip() if self.key_variable else ""

    @property
    def destination(self) -> Destination:
        """Return the address that the base URL stands for."""
        return destination(self.base_url)
