"""Snakemake: one rule with a wildcard, carried out in its own process on one core, `run:` in a thread."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.peers.peer import ROOT, Act, logged, save
from bench.workload import Workload

_SNAKEFILE = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from bench.peers.peer import perform, saved

FOLDER = Path(workflow.basedir)
GRAPH = saved(FOLDER)
READ = {{need for needs, _ in GRAPH.values() for need in needs}}

def reads(wildcards):
    needs, has_source = GRAPH[wildcards.stage]
    sources = [f"inputs/{{wildcards.stage}}.txt"] if has_source else []
    return [f"out/{{need}}.json" for need in needs] + sources

rule all:
    input: [f"out/{{stage}}.json" for stage in GRAPH if stage not in READ]

rule stage:
    input: reads
    output: "out/{{stage}}.json"
    run: perform(FOLDER, wildcards.stage, *GRAPH[wildcards.stage])
"""


class Snakemake:
    """A Snakefile; `run:` keeps each stage in Snakemake's process."""

    name = "Snakemake"
    package = "snakemake"
    help = ("-m", "snakemake", "--help")

    def prepare(self, workload: Workload, folder: Path) -> None:
        save(workload, folder)
        (folder / "Snakefile").write_text(_SNAKEFILE)

    def command(self, act: Act, folder: Path) -> list[str] | None:
        words = [sys.executable, "-m", "snakemake", "--quiet", "all", "--directory", str(folder)]
        words += ["--snakefile", str(folder / "Snakefile"), "--cores", "1", "--force-use-threads"]
        return [*words, "--dry-run"] if act == "dry run" else words

    def performed(self, folder: Path) -> int:
        return logged(folder)
