"""Meshes: what faces the camera has one outline, and a field cuts it where it should."""

from __future__ import annotations

import numpy as np

from cine_forge.previz.stage.mesh import Mesh, View, ball, tube


def seen_from_the_front(mesh: Mesh) -> View:
    eye = np.array([0.0, 0.0, -9.0])
    return View(mesh.topology, mesh.points[:, :2], mesh.facing(eye))


def area(loops: list[np.ndarray]) -> float:
    return sum(
        abs(float((loop[:, 0] * np.roll(loop[:, 1], -1) - loop[:, 1] * np.roll(loop[:, 0], -1)).sum())) / 2
        for loop in loops
    )


def test_a_ball_has_one_round_outline() -> None:
    outline = seen_from_the_front(ball(np.zeros(3), np.ones(3), 40, 24)).outline()
    assert len(outline) == 1
    assert abs(area(outline) - np.pi) < 0.1


def test_half_of_a_ball_lies_in_shade_when_the_light_comes_from_the_side() -> None:
    mesh = ball(np.zeros(3), np.ones(3), 40, 24)
    dark = seen_from_the_front(mesh).where(mesh.normals @ np.array([-1.0, 0.0, 0.0]))
    assert abs(area(dark) - np.pi / 2) < 0.08
    assert np.concatenate(dark)[:, 0].max() < 0.05


def test_a_field_that_is_nowhere_positive_gives_nothing_and_everywhere_the_outline() -> None:
    mesh = tube(np.array([(0, 0, 0), (0, 1, 0), (0, 2, 0.2)], float), np.array([0.3, 0.3, 0.2]), 16)
    view = seen_from_the_front(mesh)
    assert view.where(np.full(len(mesh.points), -1.0)) == []
    assert abs(area(view.where(np.ones(len(mesh.points)))) - area(view.outline())) < 1e-9


def test_normals_of_closed_shapes_look_outwards() -> None:
    mesh = ball(np.array([3.0, 1.0, 2.0]), np.array([1.0, 2.0, 0.5]))
    assert (np.einsum("ij,ij->i", mesh.normals, mesh.points - mesh.centre) > 0).all()
    starts = mesh.points[mesh.topology.faces[:, 0]]
    assert (np.einsum("ij,ij->i", mesh.face_normals, starts - mesh.centre) > 0).all()
