"""The demo practice with secure mail: its boxes, its log-in by Pro Santé Connect, its records lent to plugins."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx

import caducee
from caducee import Kernel, Patient, Traits
from caducee_demo.practice import PINS, Practice
from caducee_psc import Psc

ROUX_BOX = "camille.roux@medecin.test.mssante.fr"
LENOIR_BOX = "dominique.lenoir@medecin.test.mssante.fr"
_PLUGINS = 'plugins = ["insi", "dmp"]'


class Records:
    """The practice's own patients, as its software would lend them."""

    def __init__(self, patients: Iterable[Patient]) -> None:
        self._patients = tuple(patients)

    async def by_ins(self, matricule: str, oid: str) -> tuple[Patient, ...]:
        """Return the records that hold this INS."""
        return tuple(one for one in self._patients if one.ins and (one.ins.matricule, one.ins.oid) == (matricule, oid))

    async def by_traits(self, traits: Traits) -> tuple[Patient, ...]:
        """Return the records of that birth name."""
        return tuple(one for one in self._patients if one.traits.birth_name == traits.birth_name)

    async def by_local_id(self, local_id: str) -> Patient | None:
        """Return one record."""
        return next((one for one in self._patients if one.local_id == local_id), None)


def configured(practice: Practice, *boxes: str) -> Path:
    """Write the configuration of a desk that also has these doctors' boxes (``roux``, ``lenoir``)."""
    text = practice.config.read_text(encoding="utf-8")
    text = text.replace(_PLUGINS, 'plugins = ["insi", "dmp", "psc", "mss", "patients", "eprescription"]')
    text = text.replace('data_dir = "data"', f'data_dir = "data-{"-".join(boxes)}"')
    path = practice.folder / f"mail-{'-'.join(boxes)}.toml"
    path.write_text(text + _tables(practice.sandbox, boxes), encoding="utf-8")
    return path


def _tables(sandbox: dict[str, Any], boxes: tuple[str, ...]) -> str:
    psc, mail = sandbox["psc"], sandbox["mail"]
    addresses = {"roux": ROUX_BOX, "lenoir": LENOIR_BOX}
    return "\n".join(
        [
            _trust(sandbox),
            _session(psc),
            _mail(sandbox),
            _prescriptions(sandbox),
            *(_box(n, addresses[n], mail) for n in boxes),
        ]
    )


def _trust(sandbox: dict[str, Any]) -> str:
    return f"""
[credentials.trusted]
kind = "trust"
authorities = {json.dumps(sandbox["authorities"])}
"""


def _session(psc: dict[str, Any]) -> str:
    return f"""\
[plugins.psc]
issuer = "{psc["issuer"]}"
client_id = "{psc["client_id"]}"
client_secret = {{ file = {json.dumps(psc["client_secret_file"])} }}
credential = "trusted"
"""


def _mail(sandbox: dict[str, Any]) -> str:
    return f"""\
[plugins.mss]
nil = "DEV000000"
software = {{ name = "DEMOLGC", version = "1.0", vendor = "Éditeur d'exemple" }}
trust = "trusted"
source_id = "1.2.250.1.999.1.1"
patient_domain = "{sandbox["mail"]["patients_domain"]}"
revocation_lists = [{json.dumps(sandbox["crl"])}]
"""


def _prescriptions(sandbox: dict[str, Any]) -> str:
    return f"""\
[plugins.eprescription]
url = "{sandbox["erx"]}"
decide_within = 2.0
follow_every = 1.0
"""


def _box(name: str, address: str, mail: dict[str, Any]) -> str:
    servers = {place: mail[place] for place in ("submission", "imap")}
    places = "\n".join(f'{p} = {{ host = "{s["host"]}", port = {s["port"]} }}' for p, s in servers.items())
    return f"""\
[plugins.mss.boxes.{name}]
address = "{address}"
practitioner = "{name}"
poll = 0.2
{places}
"""


@asynccontextmanager
async def mail_kernel(practice: Practice, patients: Iterable[Patient], *boxes: str) -> AsyncIterator[Kernel]:
    """Open a desk with mail; whoever is asked to log in does so in a browser of their own."""

    async def pin(request: Any) -> str | None:
        return PINS.get(request.serial)

    async with anyio.create_task_group() as browsers:

        async def browser(address: str) -> bool:
            browsers.start_soon(_visit, practice.sandbox, address)
            return True

        plugins = {"psc": Psc(open_browser=browser), "patients": caducee.serve_patients(Records(patients))}
        config = configured(practice, *boxes)
        async with caducee.open_kernel(config, pin_prompt=pin, plugins=plugins) as kernel:
            yield kernel
        browsers.cancel_scope.cancel()


async def _visit(sandbox: dict[str, Any], address: str) -> None:
    """Go where a browser would: the provider's page, then back to the desk."""
    trusted = ssl.create_default_context(cafile=sandbox["authorities"])
    async with httpx.AsyncClient(verify=trusted, follow_redirects=True, timeout=20) as client:
        await client.get(address)


async def approve(practice: Practice, person: str) -> None:
    """Let this doctor approve the next log-ins, in place of the e-CPS."""
    await _control(practice, "POST", "/psc/approve", {"person": person, "always": True})


async def box_of(practice: Practice, address: str) -> list[dict[str, Any]]:
    """Return what stands in somebody's INBOX at the simulated operator."""
    found = await _control(practice, "GET", f"/mail/{address}")
    return list(found.get("INBOX", []))


async def whole(practice: Practice, address: str, uid: int) -> bytes:
    """Return one mail of somebody's INBOX, byte for byte."""
    found = await _control(practice, "GET", f"/mail/{address}/{uid}")
    return base64.b64decode(found["content"])


async def answer_as_patient(practice: Practice, *, patient: str, to: str, text: str) -> None:
    """Let the patient answer the last mail of their mailbox."""
    last = (await box_of(practice, patient))[-1]
    asked = {"sender": patient, "to": to, "subject": f"Re: {last['subject']}", "text": text, "answers": last["uid"]}
    await _control(practice, "POST", "/mail/write", asked)


async def _control(practice: Practice, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    async with httpx.AsyncClient(timeout=20) as client:
        answer = await client.request(method, practice.control + path, json=body)
        answer.raise_for_status()
        return answer.json()
