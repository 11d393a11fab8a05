"""What a vendor must have before this plugin writes to real people."""

from __future__ import annotations

from caducee.contracts.plugin import Prerequisite

PREREQUISITES = (
    Prerequisite(
        key="nil",
        placeholder=r"(DEV0+|NIL-?SIMU.*)",
        what="La référence du logiciel (X-MSS-NIL), donnée quand le produit est déclaré.",
        who="l'ANS (Convergence)",
    ),
    Prerequisite(
        key="trust",
        placeholder="",
        what="Les certificats des autorités de l'IGC-Santé, et d'aucune autre.",
        who="l'ANS (IGC-Santé)",
        credential=True,
    ),
    Prerequisite(
        key="revocation",
        placeholder="off",
        what="La vérification de la révocation des serveurs (revocation = « required »).",
        who="vous-même",
        unless={"revocation": ("", "required")},
    ),
    Prerequisite(
        key="source_id",
        placeholder=r"1\.2\.250\.1\.999(\..*)?",
        what="L'OID de votre logiciel.",
        who="l'organisme qui enregistre vos OID",
    ),
)
