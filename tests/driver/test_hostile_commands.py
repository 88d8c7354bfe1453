"""Hostile names through the real command, watched from outside: nothing beyond the project is touched.

One run breaks down a script whose places and people bear a hundred such names; further commands get them as
their arguments. strace tells every file that was opened, made, renamed, linked or removed.
"""

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from cine_forge.driver.wiring import wire_project
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.verify.verify import verify
from tests.kernel.artifacts.hostile import hostile_names

ROOT = Path(__file__).parents[2]
CALLS = (
    "openat,open,creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mkdir,mkdirat,unlink,unlinkat"
)
CALL = re.compile(r"^\d+ +(?P<call>\w+)\((?P<args>.*)\) += (?P<result>-?\d+|\?)")
PATH = re.compile(r'(?:AT_FDCWD<(?P<cwd>[^>]*)>|\d+<(?P<folder>[^>]*)>)?(?:, )?"(?P<path>(?:[^"\\]|\\.)*)"')
WRITES = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND")
SYSTEM = ("/usr/", "/lib", "/etc/", "/proc/", "/sys/", "/dev/", "/opt/", "/nix/", "/bin/", "/sbin/", "/run/")
HOMES = tuple(
    f"{Path(path).resolve()}/"
    for path in (ROOT, sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), *filter(None, sys.path))
)
"""Where the interpreter finds itself and the package."""


def writable(name: str) -> bool:
    """Say whether a line of a script can hold a name."""
    return bool(name.strip()) and len(name) < 1000 and name.isprintable() and "\ufffe" not in name


PLACES = [name for name in hostile_names() if writable(name)][:50]
PEOPLE = [name for name in hostile_names() if writable(name)][50:100]
SCENE = "INT. {place} - DAY\n\nA table.\n\n@{person}\nHello.\n\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "inside" / "project"
    script = place / "scripts" / "hostile.fountain"
    script.parent.mkdir(parents=True)
    scenes = (SCENE.format(place=place, person=name) for place, name in zip(PLACES, PEOPLE, strict=True))
    script.write_text("Title: ../../{{7*7}}\n\n" + "".join(scenes), encoding="utf-8")
    (place / "project.yaml").write_text("title: ../../x\nscript: scripts/hostile.fountain\n")
    (tmp_path / "secret.json").write_text("{}")
    return place


def watched(tmp_path: Path, project: Path, *words: str) -> tuple[int, str]:
    """Run a command under strace; return its status and what it said, after checking what it touched."""
    trace = tmp_path / "trace"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(project)}
    command = ["strace", "-f", "--seccomp-bpf", "-y", "-s", "20000", "-o", str(trace), "-e", f"trace={CALLS}"]
    done = subprocess.run(
        [*command, sys.executable, "-m", "cine_forge.cli", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=300,
    )
    found = list(touched(trace.read_text(encoding="utf-8", errors="replace")))
    assert len(found) > 100
    own = f"{project.resolve()}/"
    odd = [(path, writes) for path, writes in found if not is_allowed(path, own, writes=writes)]
    assert odd == [], words
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def touched(trace: str) -> Iterator[tuple[str, bool]]:
    """Yield each path that a call reached, resolved, and whether the call writes."""
    for line in trace.splitlines():
        call = CALL.match(line)
        if call is None or call["result"].startswith("-"):
            continue
        reads = call["call"] in ("open", "openat") and not any(flag in call["args"] for flag in WRITES)
        for found in PATH.finditer(call["args"]):
            folder = found["cwd"] or found["folder"] or str(ROOT)
            name = found["path"].encode("latin-1", "replace").decode("unicode_escape", "replace")
            yield resolved(folder, name), not reads


@cache
def resolved(folder: str, name: str) -> str:
    """Return where a name leads; most commands open the same files, and each project is a new folder."""
    return str(Path(folder, name).resolve())


def is_allowed(path: str, own: str, *, writes: bool) -> bool:
    if f"{path}/".startswith(own) or path == "/dev/null":
        return True
    if path == str(Path(own).parent):  # the folder that holds the project is made durable
        return not writes
    return not writes and (path.startswith((*SYSTEM, *HOMES)) or f"{path}/" in HOMES)


@pytest.mark.needs("strace")
def test_a_script_of_a_hundred_hostile_names_is_broken_down_within_its_project(project, tmp_path):
    words = ("run", "ep001.yaml", "--project", str(project), "--end-at", "script_breakdown", "--quiet")
    status, said = watched(tmp_path, project, *words)
    assert status == 0 and "Traceback" not in said, said
    with wire_project(project).store as store:
        headings = {store.load(Ref("scene", name, 1)).data["heading"] for name in store.entities("scene")}
        assert len(headings) == len(PLACES) and len(store.entities("asset")) > len(PEOPLE)
        assert all(any(place.strip() in heading for heading in headings) for place in PLACES)
    assert verify(project) == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inside", "secret.json", "trace"]


WORDS = (
    ("runs", "show", "../../../secret.json"),
    ("run", "ep001.yaml", "--run-id", "../../../x"),
    ("run", "ep001.yaml", "--only", "../../{{7*7}}", "--dry-run"),
    ("run", "../../../secret.json", "--dry-run"),
    ("run", "x" * 5000, "--dry-run"),
    ("run", "ep001.yaml", "--param", "script=../../../secret.json", "--dry-run"),
    ("run", "ep001.yaml", "--param", f"script={'x' * 5000}", "--dry-run"),
    ("artifacts", "show", "scene/../../../../secret.json@v1"),
    ("artifacts", "show", "con/\u202ex@v1"),
    ("lineage", "scene/a\udcff@v1"),
    ("explain", "$(touch x)/`touch y`"),
)


@pytest.mark.needs("strace")
@pytest.mark.parametrize("words", WORDS, ids=range(len(WORDS)))
def test_a_command_refuses_a_hostile_argument_and_touches_nothing_outside(project, tmp_path, words):
    status, said = watched(tmp_path, project, *words, "--project", str(project))
    assert status in (1, 2) and "CF-" in said and "Traceback" not in said, said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inside", "secret.json", "trace"]
    assert [path.name for path in (tmp_path / "inside").iterdir()] == ["project"]
