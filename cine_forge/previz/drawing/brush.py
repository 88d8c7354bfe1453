"""What every manner of drawing can do; the picture maker knows no more of a brush than this."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.stage.mesh import Mesh
from cine_forge.previz.stage.piece import Panel, Piece


class Brush(Protocol):
    """Draws pieces, single panels and what lies on the ground, each over what is there already."""

    def piece(self, piece: Piece) -> None:
        """Draw a piece's things from far to near."""

    def panels(self, panels: Sequence[Panel]) -> None:
        """Draw flat panels in the order given."""

    def cast(self, meshes: Sequence[Mesh], ground_m: float = 0.0) -> None:
        """Lay the shadow of the meshes on the ground."""

    def contact(self, at: NDArray[np.float64], radius_m: float) -> None:
        """Draw the dark spot where something meets the ground."""
