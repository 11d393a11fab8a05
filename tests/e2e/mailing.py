"""Secure mail for the end-to-end tests: boxes on the simulated operator, a log-in that is there or not."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

import caducee
from caducee import Kernel, Patient, Traits
from caducee.contracts.patients import PATIENT_INDEX, PatientIndex
from caducee.contracts.plugin import PluginContext, Registrar
from caducee.contracts.session import PROFESSIONAL_SESSION, AccessToken, ProfessionalSession
from caducee.errors import SessionExpired
from caducee.hooks import hookimpl
from caducee.model.practice import Actor
from caducee_demo.practice import PINS, Practice

ROUX_BOX = "camille.roux@medecin.test.mssante.fr"
LENOIR_BOX = "dominique.lenoir@medecin.test.mssante.fr"
SHARED_BOX = "secretariat.roux@cabinet.test.mssante.fr"


class LoggedIn:
    """A log-in of each doctor: its tokens are known to the simulated operator."""

    def __init__(self, control: str) -> None:
        self.expired = False
        self.evicted = 0
        self._control = control
        self._number = 0

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.service(PROFESSIONAL_SESSION, self._lend)

    @asynccontextmanager
    async def _lend(self, context: PluginContext) -> AsyncIterator[ProfessionalSession]:
        yield self  # type: ignore[misc]  # token and evict are all that mail asks for

    async def token(self, practitioner: str, *, acting: Actor) -> AccessToken:
        if self.expired:
            raise SessionExpired
        value = f"jeton-{practitioner}-{self._number}"
        async with httpx.AsyncClient() as client:
            await client.post(f"{self._control}/mail/tokens", json={"token": value, "doctor": practitioner})
        return AccessToken(value=value, kind="Bearer", expires=datetime.now(UTC) + timedelta(minutes=2))

    async def evict(self, practitioner: str, token: AccessToken) -> None:
        self.evicted += 1
        self._number += 1


class Records:
    """The practice's own patients."""

    def __init__(self, *patients: Patient) -> None:
        self._patients = patients

    async def by_ins(self, matricule: str, oid: str) -> tuple[Patient, ...]:
        return tuple(one for one in self._patients if one.ins and (one.ins.matricule, one.ins.oid) == (matricule, oid))

    async def by_traits(self, traits: Traits) -> tuple[Patient, ...]:
        return tuple(one for one in self._patients if one.traits.birth_name == traits.birth_name)

    async def by_local_id(self, local_id: str) -> Patient | None:
        return next((one for one in self._patients if one.local_id == local_id), None)


def with_mail(practice: Practice, *, boxes: dict[str, dict[str, Any]], name: str = "mail.toml") -> Path:
    """Return a configuration of the practice that also has these boxes."""
    mail = practice.sandbox["mail"]
    text = practice.config.read_text(encoding="utf-8")
    text = text.replace('plugins = ["insi", "dmp"]', 'plugins = ["insi", "dmp", "mss", "session", "patients"]')
    text += f"""
[credentials.operators]
kind = "trust"
authorities = {json.dumps(practice.sandbox["authorities"])}

[plugins.mss]
nil = "DEV000000"
software = {{ name = "DEMOLGC", version = "1.0", vendor = "Éditeur d'exemple" }}
trust = "operators"
source_id = "1.2.250.1.999.1.1"
patient_domain = "patient.test.mssante.fr"
revocation = "required"
revocation_lists = [{json.dumps(practice.sandbox["crl"])}]
"""
    for key, box in boxes.items():
        servers = {"submission": mail["submission"], "imap": mail["imap"]}
        text += f"\n[plugins.mss.boxes.{key}]\npoll = 0.2\n"
        for field, value in {**box, **servers}.items():
            text += f"{field} = {_toml(value)}\n"
    path = practice.folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


@asynccontextmanager
async def mailing(
    config: Path, practice: Practice, *patients: Patient, login: LoggedIn | None = None
) -> AsyncIterator[Kernel]:
    async def pin(request: Any) -> str | None:
        return PINS.get(request.serial)

    plugins = {
        "session": login or LoggedIn(practice.sandbox["control"]),
        "patients": caducee.serve_patients(Records(*patients)),
    }
    async with caducee.open_kernel(config, pin_prompt=pin, plugins=plugins) as kernel:
        yield kernel


__all__ = ["PATIENT_INDEX", "PatientIndex"]
