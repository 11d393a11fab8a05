"""Batches."""

from __future__ import annotations

from caducee.errors.base import CaduceeError, Retry


class BatchCancelled(CaduceeError):
    """A batch was told to stop: ``done`` items have their results, the others were not begun."""

    code = "batch.cancelled"
    retry = Retry.AFTER_HUMAN
    sentence = "Le traitement par lot a été interrompu avant la fin."
    remedy = "Relancez-le : ce qui était déjà préparé garde son résultat."

    def __init__(self, done: int) -> None:
        self.done = done
        super().__init__(f"cancelled after {done}")
