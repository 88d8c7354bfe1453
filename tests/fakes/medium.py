"""The small media of the kit that ships, under the name that tests know."""

from cine_forge.generation.conformance.medium import Kind, Made, medium, mp4, png, wav

__all__ = ["Kind", "Made", "medium", "mp4", "png", "wav"]
