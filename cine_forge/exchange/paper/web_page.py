"""Web pages to look at and to print: one file, no script, nothing fetched, every word escaped."""

from __future__ import annotations

from html import escape

from cine_forge.exchange.paper.typeface import printable

_GROUND = """
*{box-sizing:border-box}
html{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{margin:0;padding:2rem 1rem;background:#f1f1ef;color:#1a1a1a;
font:14px/1.4 Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:1.1rem;margin:0 auto 1.25rem;max-width:62rem;font-weight:600}
.none{color:#8a8a8a}
@media print{body{background:none;padding:0}h1{display:none}}
"""


def said(text: str) -> str:
    """Return words as a page shows them: escaped, without signs that cannot be seen."""
    return escape(printable(text))


def web_page(title: str, style: str, body: str) -> bytes:
    """Return a whole page. Its own policy forbids it to fetch or to run anything."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{said(title)}</title><style>{_GROUND}{style}</style>"
    )
    page = f"<!doctype html>\n<html><head>{head}</head>\n<body><h1>{said(title)}</h1>\n{body}</body></html>\n"
    return page.encode()
