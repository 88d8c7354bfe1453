"""Naming: how a name in a script becomes an entity id, and how two spellings are compared.

Ids are slugs in the name's own letters (`character:чубуков`), so the same name gives the same id in every
episode; a name without letters or digits gets a short hash.
"""

from __future__ import annotations

import re
import unicodedata

from cine_forge.kernel.ground.hashing import digest_of

_MOST_SLUG = 60
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)


def slug_of(name: str) -> str:
    """Return the name in lower case with hyphens for everything that is no letter or digit."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("'", "").replace("’", "")
    kept = "".join(letter if letter.isalnum() else " " for letter in plain).split()
    return "-".join(kept)[:_MOST_SLUG].strip("-") or f"x{digest_of(name)[:8]}"


def entity_id(kind: str, name: str) -> str:
    """Return `kind:slug`, for instance `character:ann` or `location:jacks-apartment`."""
    return f"{kind}:{slug_of(name)}"


def spelled(name: str) -> str:
    """Return the spelling under which names are compared: capitals, single spaces, plain apostrophes."""
    return " ".join(name.upper().replace("’", "'").split())


def without_possessive(word: str) -> str:
    """Return `Scott` for `Scott's`."""
    return _POSSESSIVE.sub("", word) if "'" in word or "’" in word else word
