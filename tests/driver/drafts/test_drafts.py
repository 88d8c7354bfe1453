"""What OLD and NEW of a command mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.driver.drafts.drafts import find_drafts, load_colours
from cine_forge.kernel.ground.errors import ProjectError, UsageError

SCRIPT = "INT. HALL - DAY\n\nAnn waits.\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Write two drafts and return their paths."""
    paths = tmp_path / "one.fountain", tmp_path / "two.fountain"
    for path, text in zip(paths, (SCRIPT, SCRIPT.replace("waits", "sits")), strict=True):
        path.write_text(text)
    return str(paths[0]), str(paths[1])


def test_two_files_need_no_project_and_are_white_and_blue(files: tuple[str, str], tmp_path: Path) -> None:
    drafts = find_drafts(*files, folder=tmp_path / "nothing")
    assert [(one.name, one.colour.name) for one in drafts] == [
        ("one.fountain", "white"),
        ("two.fountain", "blue"),
    ]


def test_a_colour_is_given_by_its_name_and_another_name_is_refused_with_the_nearest(
    files: tuple[str, str], tmp_path: Path
) -> None:
    assert find_drafts(*files, folder=tmp_path, colour="double pink")[-1].colour.name == "double pink"
    with pytest.raises(UsageError, match="CF-F064") as refused:
        find_drafts(*files, folder=tmp_path, colour="salmn")
    assert "salmon" in str(refused.value)


def test_a_project_may_bring_its_own_colours_and_a_broken_list_is_located(
    files: tuple[str, str], tmp_path: Path
) -> None:
    own = tmp_path / "configs" / "revision_colours.yaml"
    own.parent.mkdir()
    own.write_text('colours: [{name: ivory, screen: "#fffff0"}, {name: grey, screen: "#999999"}]\n')
    assert [one.colour.name for one in find_drafts(*files, folder=tmp_path)] == ["ivory", "grey"]
    own.write_text("colours:\n  - {name: ivory, screen: yellowish}\n")
    with pytest.raises(ProjectError, match=r"CF-F064") as refused:
        load_colours(tmp_path)
    assert "revision_colours.yaml:2" in str(refused.value)


def test_a_version_without_a_kept_script_is_refused_with_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="CF-F062") as refused:
        find_drafts("@v1", "current", folder=tmp_path)
    assert "run it once" in str(refused.value)


def test_a_file_that_is_called_current_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "current").write_text(SCRIPT)
    monkeypatch.chdir(tmp_path)
    assert [one.name for one in find_drafts("current", "current", folder=tmp_path)] == ["current", "current"]
