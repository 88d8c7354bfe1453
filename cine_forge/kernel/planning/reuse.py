"""Reuse: whether a kept result still answers when something that it depends on changed.

It is a policy: the fingerprint says what changed, this says what that means.
"""

from __future__ import annotations

from collections.abc import Collection

from cine_forge.kernel.planning.fingerprint import only_maker_changed


class ExactReuse:
    """Any change runs a unit again, but what was bought is not bought again because its maker changed."""

    def spares(self, determinism: str, changed: Collection[str]) -> bool:
        """Say whether the kept result stays in use although these components changed."""
        return determinism == "external" and only_maker_changed(changed)
