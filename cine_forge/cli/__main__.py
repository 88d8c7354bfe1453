"""`python -m cine_forge.cli`: the console script `cine-forge` by another name."""

from __future__ import annotations

import sys

from cine_forge.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
