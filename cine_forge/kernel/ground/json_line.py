"""JSON in one line, for what is written often: events, a run's state, its plan.

Nothing here is hashed; what is compared goes through `hashing`, whose text is canonical.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

_ESCAPED = json.JSONEncoder(separators=(",", ":"), default=asdict)


def json_line(value: Any) -> bytes:
    """Return a plain value, dataclasses included, as one line of UTF-8 without its end.

    Text that UTF-8 cannot say, as half a pair of surrogates in a file's name, is escaped.
    """
    try:
        return to_json(value)
    except PydanticSerializationError:
        return _ESCAPED.encode(value).encode()
