"""Forms: text of a certain shape, whose refusal is said in words instead of a pattern."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


class Form(NamedTuple):
    """What a text must match as a whole, and how people call that; goes into `Annotated[str, Form(…)]`."""

    pattern: str
    words: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the pattern after the type."""
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Show the pattern to editors."""
        return {**handler(schema), "pattern": f"^{self.pattern}$", "description": self.words}

    def _checked(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise PydanticCustomError("form", "{words}", {"words": self.words})
        return text
