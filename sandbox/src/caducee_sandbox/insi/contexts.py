"""The two contexts that every call to the Assurance Maladie carries in its SOAP header."""

from __future__ import annotations

import re

from caducee_sandbox.insi.errors import gateway
from caducee_sandbox.namespaces import BAM, LPS
from caducee_sandbox.soap import Envelope
from caducee_sandbox.xml import Element, children, name, tags, text

AUTHORISED = ("NUMAUTOSIMU1",)
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
USER = "L'appel du logiciel est incorrect."


def check_contexts(envelope: Envelope, *, with_bam: bool = True) -> None:
    """Check ContexteLPS and ContexteBAM; the appli carte Vitale has no ContexteBAM.

    Raises:
        Refused: one is missing, repeated, of another version, incomplete, or names an unknown software.
    """
    lps = _only(envelope, LPS, "ContexteLPS")
    _check_common(lps, LPS, version="01_00", nature="CTXLPS", after=["LPS"])
    _check_software(lps)
    if not with_bam:
        return
    bam = _only(envelope, BAM, "ContexteBAM")
    _check_common(bam, BAM, version="01_02", nature="CTXBAM", after=["DateRef", "COUVERTURE"])
    if bam.find(name(BAM, "COUVERTURE")) is None:
        raise gateway("desir_500", USER, "ContexteBAM/COUVERTURE absent")


def _only(envelope: Envelope, namespace: str, local: str) -> Element:
    found = envelope.headers(namespace, local)
    if len(found) != 1:
        raise gateway("desir_500", USER, f"{local}: 1 attendu, {len(found)} recu")
    return found[0]


def _check_common(context: Element, namespace: str, *, version: str, nature: str, after: list[str]) -> None:
    local = f"Contexte{nature[3:]}"
    if context.get("Version") != version or context.get("Nature", nature) != nature:
        raise gateway("desir_500", USER, f"{local}: Version ou Nature incorrecte")
    allowed = [name(namespace, child) for child in ["Id", "Temps", "Emetteur", *after]]
    found = tags(context)
    if found != [tag for tag in allowed if tag in found] or allowed[:2] != found[:2]:
        raise gateway("desir_500", USER, f"{local}: elements inattendus ou desordonnes")
    if not UUID.fullmatch(text(context.find(name(namespace, "Id")))):
        raise gateway("desir_500", USER, f"{local}/Id: UUID attendu")
    if not TIME.fullmatch(text(context.find(name(namespace, "Temps")))):
        raise gateway("desir_500", USER, f"{local}/Temps: date UTC attendue")


def _check_software(lps: Element) -> None:
    software = lps.find(name(LPS, "LPS"))
    order = [name(LPS, child) for child in ("IDAM", "Version", "Instance", "Nom")]
    if software is None or tags(software) != order:
        raise gateway("desir_500", USER, "LPS: IDAM, Version, Instance et Nom attendus")
    authorisation = children(software)[0]
    if authorisation.get("R") != "4" or text(authorisation) not in AUTHORISED:
        raise gateway("desir_550", "Le logiciel n'est pas autorise.", "Numero d'autorisation inconnu")
    if not UUID.fullmatch(text(software.find(name(LPS, "Instance")))):
        raise gateway("desir_500", USER, "LPS/Instance: UUID attendu")
