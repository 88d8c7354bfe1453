"""XML text: words as XML may hold them; the control characters that it cannot are left out."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Return words to stand between two tags."""
    return escape(_NO_XML.sub("", text))


def xml_value(text: str) -> str:
    """Return words as the value of an attribute, quotes included."""
    return quoteattr(_NO_XML.sub("", text))
