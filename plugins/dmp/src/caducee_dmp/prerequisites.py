"""What a vendor must have before its product speaks to the real DMP."""

from __future__ import annotations

from caducee.contracts.plugin import Prerequisite

PREREQUISITES = (
    Prerequisite(
        key="lps.homologation",
        placeholder="NUMHOMOLSIMU.*",
        what="Le numéro d'homologation DMP du logiciel.",
        who="le CNDA",
    ),
    Prerequisite(
        key="lps.name", placeholder="DEMOLGC", what="Le nom du logiciel, tel qu'il est homologué.", who="le CNDA"
    ),
    Prerequisite(
        key="lps.oid",
        placeholder=r"1\.2\.250\.1\.999(\..*)?",
        what="L'OID de cette installation, sous un arc à votre nom.",
        who="l'éditeur du logiciel",
    ),
)
