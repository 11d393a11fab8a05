"""Why a document of a followed record cannot be given."""

from __future__ import annotations

from caducee.errors import CaduceeError, ServiceRejected


class DocumentNotIndexed(CaduceeError):
    """The index of this professional has no such document; nothing was sent."""

    code = "dmp.not_indexed"
    sentence = "Ce document n'est pas dans le dossier tel que ce professionnel l'a consulté."
    remedy = "Synchronisez le dossier du patient, puis recommencez."


class DocumentNotHad(ServiceRejected):
    """The DMP does not give the document, or gives other bytes than it describes."""

    code = "dmp.not_had"
    sentence = "Le DMP n'a pas donné ce document."
    remedy = "Synchronisez le dossier : le document a peut-être été masqué, remplacé ou supprimé."
