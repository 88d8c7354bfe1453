"""What every manner of drawing can do; the picture maker knows no more of a brush than this."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.drawing.canvas import Canvas
from cine_forge.previz.stage.flats import Flat
from cine_forge.previz.stage.lens import Lens
from cine_forge.previz.stage.light import Light
from cine_forge.previz.stage.mesh import Mesh
from cine_forge.previz.stage.piece import Lamp, Panel, Part, Piece
from cine_forge.previz.stage.sight import flats_of, in_order


@dataclass
class Brush(ABC):
    """Draws on a canvas, through a lens, under a light, each thing over what is there already.

    What is drawn when is the same in every manner; how a single thing looks is the manner's own.
    """

    canvas: Canvas
    lens: Lens
    light: Light

    def piece(self, piece: Piece) -> None:
        """Draw a piece's things from far to near."""
        for thing in in_order(piece, self.lens, self.light):
            if isinstance(thing, Part):
                self.part(thing)
            else:
                self.flat(thing)
        for lamp in piece.lamps:
            self.lamp(lamp)

    def panels(self, panels: Sequence[Panel]) -> None:
        """Draw flat panels in the order given."""
        for flat in flats_of(panels, self.light).seen(self.lens):
            if flat is not None:
                self.flat(flat)

    @abstractmethod
    def flat(self, flat: Flat) -> None:
        """Draw a panel that is seen."""

    @abstractmethod
    def part(self, part: Part) -> None:
        """Draw a round part with its marks and its shade."""

    @abstractmethod
    def lamp(self, lamp: Lamp) -> None:
        """Draw the light that a lamp gives around it."""

    @abstractmethod
    def cast(self, meshes: Sequence[Mesh], ground_m: float = 0.0) -> None:
        """Lay the shadow of the meshes on the ground."""

    @abstractmethod
    def contact(self, at: NDArray[np.float64], radius_m: float) -> None:
        """Draw the dark spot where something meets the ground."""
