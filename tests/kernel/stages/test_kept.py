"""The kernel's own artifact types are known by their shapes."""

from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.stages.kept import TRANSCRIPT, register_kernel_schemas


def test_a_transcript_is_a_shape_that_any_registry_can_learn():
    registry = SchemaRegistry()
    register_kernel_schemas(registry)
    assert registry.names() == (TRANSCRIPT,) == ("transcript@1",)
    assert "steps" in registry.shape(TRANSCRIPT)["properties"]
    assert registry.validate(TRANSCRIPT, {"steps": 3}) != ()
