"""The title page of an FDX file: laid out where the layout says all, labelled where it would not.

Final Draft's first page is free text. The lines are set the usual way; if the reader would not tell from
them which is which, they are written as `Key: value` under the title.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cine_forge.film.screenplay.formats.title_lines import entries_of
from cine_forge.film.screenplay.writing.xml_text import xml_text

_CENTRED = ("Title", "Credit", "Author", "Source")
_BELOW = ("Draft date", "Copyright", "Contact")
_FREE_LINES = 14


def fdx_title_page(entries: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of `<TitlePage>`, or nothing without entries."""
    if not entries:
        return
    laid = list(_laid_out(entries))
    paragraphs = laid if entries_of([text for text, _ in laid]) == dict(entries) else list(_labelled(entries))
    yield from ("  <TitlePage>", "    <Content>")
    yield from ['      <Paragraph Type="General"/>'] * _FREE_LINES
    for text, place in paragraphs:
        opened = f'      <Paragraph Alignment="{place}" Type="General">'
        yield f"{opened}<Text>{xml_text(text)}</Text></Paragraph>" if text else f"{opened}</Paragraph>"
    yield from ("    </Content>", "  </TitlePage>")


def _laid_out(entries: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (text, alignment) of paragraphs; an author stands below the credit, else apart."""
    for keys, place in ((_CENTRED, "Center"), (_BELOW, "Left")):
        for key in keys:
            if entries.get(key):
                yield from ((line, place) for line in entries[key].split("\n"))
                if key != "Credit":
                    yield "", place


def _labelled(entries: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in entries.items():
        yield f"{key}: {value}", "Left"
