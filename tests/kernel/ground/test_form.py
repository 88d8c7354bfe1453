"""A form is checked as a whole, said in words, and shown to editors as a pattern."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import BaseModel, ValidationError

from cine_forge.kernel.ground.form import Form


class Named(BaseModel):
    name: Annotated[str, Form("[a-z]+", "small letters")]


def test_a_text_of_the_form_is_kept() -> None:
    assert Named(name="abc").name == "abc"


@pytest.mark.parametrize("name", ["", "aB", "abc\n", " abc"])
def test_any_other_text_is_refused_in_words(name: str) -> None:
    with pytest.raises(ValidationError, match="small letters"):
        Named(name=name)


def test_an_editor_sees_the_pattern() -> None:
    shape = Named.model_json_schema()["properties"]["name"]
    assert (shape["pattern"], shape["description"]) == ("^[a-z]+$", "small letters")
