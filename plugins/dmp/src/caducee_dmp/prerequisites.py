"""What a vendor must have before its product speaks to the real DMP."""

from __future__ import annotations

from caducee.contracts.plugin import Prerequisite

_APPROVAL = "le CNDA (référentiel et dossier : GIE SESAM-Vitale)"

PREREQUISITES = (
    Prerequisite(
        key="lps.homologation",
        placeholder="NUMHOMOLSIMU.*",
        what="Le numéro d'homologation DMP du logiciel.",
        who=_APPROVAL,
    ),
    Prerequisite(
        key="lps.name",
        placeholder="DEMOLGC",
        what="Le nom du logiciel, tel qu'il est homologué.",
        who=_APPROVAL,
    ),
    Prerequisite(
        key="lps.oid",
        placeholder=r"1\.2\.250\.1\.999(\..*)?",
        what="L'OID de cette installation, sous un arc à votre nom.",
        who="l'éditeur du logiciel",
    ),
    Prerequisite(
        key="practitioner.*.signature",
        placeholder="",
        what="La carte CPS d'un professionnel, qui signe ses documents (DIRECTE).",
        who="l'ANS",
        unless={"feed": ("indirect", "direct_else_indirect")},
    ),
    Prerequisite(
        key="practitioner.*.authentication",
        placeholder="",
        what="Le certificat d'authentification d'un professionnel (DIRECTE).",
        who="l'ANS",
        unless={"feed": ("indirect", "direct_else_indirect")},
    ),
    Prerequisite(
        key="indirect.authentication",
        placeholder="",
        what="Un certificat de personne morale ORG AUTH_CLI.",
        who="l'ANS (IGC-Santé)",
        credential=True,
        unless={"feed": ("", "direct")},
    ),
    Prerequisite(
        key="indirect.seal",
        placeholder="",
        what="Un certificat de cachet de la structure, ORG SIGN.",
        who="l'ANS (IGC-Santé)",
        credential=True,
        unless={"feed": ("", "direct")},
    ),
)
