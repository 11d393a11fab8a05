"""Lends the practice's own records to plugins: ``open_kernel(…, plugins={"patients": serve_patients(index)})``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from caducee.contracts.patients import PATIENT_INDEX, PatientIndex
from caducee.contracts.plugin import PluginContext, Registrar
from caducee.hooks import hookimpl


class _Patients:
    def __init__(self, index: PatientIndex) -> None:
        self._index = index

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.service(PATIENT_INDEX, self._lend)

    @asynccontextmanager
    async def _lend(self, context: PluginContext) -> AsyncIterator[PatientIndex]:  # noqa: ARG002 - needs nothing
        yield self._index


def serve_patients(index: PatientIndex) -> object:
    """Return a plugin that offers these records; its name stands in ``[kernel] plugins`` like any other's."""
    return _Patients(index)
