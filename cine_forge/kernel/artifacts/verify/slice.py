"""A slice: a stable share of a project, so that verifying can be spread over several nights.

What lies in one folder belongs to one slice, always the same, wherever the project lies and whatever else is
in it. The slices of one number cover everything, each thing once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cine_forge.kernel.ground.errors import Fault, UsageError
from cine_forge.kernel.ground.hashing import digest_of_bytes

_SLICE = re.compile(r"^(?P<part>[1-9][0-9]{0,3})/(?P<of>[1-9][0-9]{0,3})$")


@dataclass(frozen=True)
class Slice:
    """Share `part` of `of`, counted from 1."""

    part: int = 1
    of: int = 1

    def __str__(self) -> str:
        return f"{self.part}/{self.of}"

    @classmethod
    def parse(cls, text: str) -> Slice:
        """Read `1/5`. Raises UsageError CF-U071 for anything else."""
        found = _SLICE.match(text)
        if not found or int(found["part"]) > int(found["of"]):
            hint = "`--slice 1/5` is the first of five; run 2/5 to 5/5 on other days"
            raise UsageError(Fault("CF-U071", f"`{text}` is no slice", "--slice", hint))
        return cls(int(found["part"]), int(found["of"]))

    def has(self, name: str) -> bool:
        """Tell whether what lies at `name`, a path relative to the project, belongs to this slice."""
        if self.of == 1:
            return True
        folder = name.rpartition("/")[0]
        return (
            int(digest_of_bytes(folder.encode("utf-8", "surrogateescape"))[:8], 16) % self.of == self.part - 1
        )


WHOLE = Slice()
"""Everything."""
