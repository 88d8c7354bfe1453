"""An executor that many runs use one after another: its keepers live on, as they do from unit to unit."""

from __future__ import annotations

from cine_forge.kernel.running.executors import LocalExecutor


class LentExecutor(LocalExecutor):
    """What a run closes stays open; whoever lent it ends it."""

    def close(self) -> None:
        """Stay open for the next run."""

    def end(self) -> None:
        """Let go of everything."""
        super().close()
