"""How long a person waits for help."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.bar import Bar, cpu_of_command

COMMAND = Path(sys.executable).with_name("cine-forge")

BARS = (Bar("cine-forge --help", 0.15, lambda: cpu_of_command([str(COMMAND), "--help"])),)
