"""Pages need nothing else: no script, no request, links only into the project."""

from __future__ import annotations

import os
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.driver.stand import Stand

FETCHED = {"src", "href", "srcset", "action", "data", "poster"}


class Page(HTMLParser):
    """What a page is made of: its elements and the addresses that they name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in FETCHED]


def page_of(path: Path) -> Page:
    """Read a page and hold it to what every page obeys."""
    text = path.read_text()
    page = Page(text)
    assert not page.elements & {"script", "link", "iframe", "object", "base", "form"}
    assert not [one for one in page.addresses if ":" in one.partition("/")[0] and not one.startswith("data:")]
    assert "@import" not in text and "url(" not in text
    assert "prefers-color-scheme:dark" in text
    return page


@pytest.mark.row("F26")
def test_the_page_of_a_run_links_what_came_out_from_wherever_it_is_written(
    stand: Stand, tmp_path: Path
) -> None:
    run = stand.run()
    report = tmp_path / "far" / "report.html"
    assert stand.cli("runs", "report", run, "--html", str(report)).status == 0
    page = page_of(report)
    assert [(report.parent / link).resolve().is_file() for link in page.addresses] == [True] * 3


def test_what_a_recipe_or_a_module_says_is_never_read_as_html(stand: Stand, tmp_path: Path) -> None:
    stand.recipe.write_text(stand.recipe.read_text().replace("text: hello", "text: <b>`<i>`</b>"))
    stand.break_last()
    run = stand.run(status=1)
    report = tmp_path / "report.html"
    stand.cli("runs", "report", run, "--html", str(report))
    assert "<i>" not in report.read_text()
    assert "&lt;b&gt;" in report.read_text()


def test_the_page_of_a_failed_run_begins_with_what_to_do(stand: Stand, tmp_path: Path) -> None:
    stand.break_last()
    run = stand.run(status=1)
    report = tmp_path / "report.html"
    stand.cli("runs", "report", run, "--html", str(report))
    text = report.read_text()
    assert text.index("What needs you") < text.index("the lamp is out") < text.index("change the lamp")
    assert text.index("change the lamp") < text.index(f"cine-forge runs retry {run}") < text.index("Timeline")


@pytest.mark.row("F26")
def test_the_page_of_two_runs_tells_their_differences(stand: Stand, tmp_path: Path) -> None:
    first, second = stand.run(), stand.run("--param", "text=hi")
    path = tmp_path / "compare.html"
    assert stand.cli("runs", "compare", first, second, "--html", str(path)).status == 0
    page_of(path)
    assert "param <code>text</code> “hello” → “hi”" in path.read_text()


@pytest.mark.needs("browser")
def test_a_browser_shows_the_page_of_a_run_without_a_complaint(stand: Stand, tmp_path: Path) -> None:
    import shutil
    import subprocess

    report, picture = tmp_path / "report.html", tmp_path / "report.png"
    stand.cli("runs", "report", stand.run(), "--html", str(report))
    names = ("chromium", "chromium-browser", "google-chrome")
    browser = next(found for name in names if (found := shutil.which(name)))
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    command = [browser, *options, f"--screenshot={picture}", report.as_uri()]
    environment = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run(command, check=True, capture_output=True, timeout=120, env=environment)
    assert picture.stat().st_size > 10_000
