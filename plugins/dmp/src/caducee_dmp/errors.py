"""What the DMP may answer beside success, and the codes it says it with."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from caducee.errors import CaduceeError, CapabilityMissing, ConsentMissing, Explanation, Retry, ServiceRejected


class NoDmp(ServiceRejected):
    """The patient has no DMP."""

    code = "dmp.no_dmp"
    sentence = "Ce patient n'a pas de DMP : le document n'y est pas envoyé."
    remedy = "Document à remettre en main propre."


class DmpClosed(ServiceRejected):
    """The patient's DMP is closed."""

    code = "dmp.closed"
    sentence = "Le DMP de ce patient est fermé : le document n'y est pas envoyé."
    remedy = "Document à remettre en main propre."


class DmpHoldsOther(ServiceRejected):
    """The DMP holds another document under this identifier: ours was not taken."""

    code = "dmp.holds_other"
    sentence = "Le DMP contient déjà un autre document sous le même identifiant."
    remedy = (
        "Transmettez ce code à l'éditeur de votre logiciel : deux installations partagent peut-être un identifiant."
    )


class CannotHide(ServiceRejected):
    """By the seal alone a document cannot be hidden from the patient: it is fed once they have been told."""

    code = "dmp.cannot_hide"
    sentence = "Sans carte, le document ne peut pas être caché au patient dans le DMP : il y partira après l'annonce."
    remedy = "Levez l'attente après l'annonce au patient."


class ReplacedMissing(ServiceRejected):
    """The document of which this is the next version is not in the DMP: nothing was replaced, nothing was sent."""

    code = "dmp.replaced_missing"
    sentence = "Le document à remplacer n'est pas dans le DMP : la nouvelle version n'a pas été envoyée."
    remedy = "Vérifiez que la première version a été envoyée ; sinon, publiez celle-ci comme un nouveau document."


class ModeRefused(CapabilityMissing):
    """The authentication mode never allows this; nothing was sent."""

    code = "dmp.mode_refused"
    sentence = "Le mode d'accès au DMP de cette installation ne permet pas cette action."
    remedy = "Utilisez la carte CPS du professionnel pour consulter ; le certificat de la structure n'y suffit pas."


class ReasonMissing(ConsentMissing):
    """An emergency or a regulation opens a record without the patient's word: it says why, or it does not."""

    code = "dmp.reason_missing"
    sentence = "Un accès sans l'accord du patient demande un motif : rien n'a été envoyé au DMP."
    remedy = "Écrivez en quelques mots pourquoi ce dossier est ouvert ; le patient pourra lire ce motif."


class SecretRefused(CapabilityMissing):
    """The secret connection is for a minor, in a call that can say it; nothing was sent. ``why`` says what is wrong."""

    code = "dmp.secret_refused"
    retry = Retry.AFTER_HUMAN
    sentence = "La connexion secrète au DMP ne peut pas être utilisée ici."
    remedy = "Ouvrez le dossier sans connexion secrète."

    def __init__(self, why: Literal["adult", "age_unknown", "no_patient", "by_address"]) -> None:
        self.why = why
        super().__init__(f"secret connection: {why}")

    def explain(self) -> Explanation:
        """Say what is wrong, and what to do about it."""
        return _SECRET_REFUSED[self.why]


_SECRET_REFUSED = {
    "adult": Explanation(
        "La connexion secrète est réservée aux mineurs : ce patient est majeur.", SecretRefused.remedy
    ),
    "age_unknown": Explanation(
        "La connexion secrète est réservée aux mineurs, et la date de naissance de ce patient ne dit pas s'il l'est.",
        "Complétez la date de naissance, puis recommencez.",
    ),
    "no_patient": Explanation(
        "La connexion secrète porte sur le dossier d'un patient mineur : aucun patient n'est désigné.",
        "Désignez le patient, ou recommencez sans connexion secrète.",
    ),
    "by_address": Explanation(
        "Avec la carte, le site du DMP s'ouvre par une adresse, qui ne peut pas demander la connexion secrète.",
        "Choisissez la connexion secrète sur le site lui-même, ou consultez le dossier depuis ce logiciel.",
    ),
}


class DocumentMissing(ServiceRejected):
    """The document to be changed is not in the DMP, or this professional may not see it: nothing was changed."""

    code = "dmp.document_missing"
    sentence = "Ce document n'est pas dans le DMP, ou vous n'y avez pas accès : rien n'a été changé."
    remedy = "Relisez la liste des documents du patient."


class WebAddressMissing(CapabilityMissing):
    """The configuration does not say where the DMP's own web site is."""

    code = "dmp.web_missing"
    sentence = "L'adresse du site du DMP n'est pas configurée."
    remedy = "Ajoutez la table [plugins.dmp.web] à la configuration."


class TooMany(ServiceRejected):
    """The DMP gave a part of the list only: what is shown would not be the record."""

    code = "dmp.too_many"
    sentence = "Le DMP n'a donné qu'une partie de la liste des documents."
    remedy = "Restreignez la demande, par type ou par date, ou demandez la liste page par page."


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


class KnownCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code of the service: what becomes of a delivery, and what a person reads.

    ``then`` is ``retry``, ``reject`` or ``operator``.
    """

    then: str
    sentence: str
    remedy: str = ""


@cache
def known_codes() -> dict[str, KnownCode]:
    """Return the codes that are known; any other is kept as it came and refused without retry."""
    data = files("caducee_dmp").joinpath("codes.json").read_bytes()
    return msgspec.convert(json.loads(data), dict[str, KnownCode])


_OWN: tuple[type[CaduceeError], ...] = (
    NoDmp,
    DmpClosed,
    DmpHoldsOther,
    CannotHide,
    ReplacedMissing,
    ModeRefused,
    ReasonMissing,
    SecretRefused,
    DocumentMissing,
    WebAddressMissing,
    TooMany,
    DocumentNotIndexed,
    DocumentNotHad,
)


def explain(code: str) -> Explanation | None:
    """Return what a person reads for a code of this plugin or of the service."""
    for error in _OWN:
        if error.code == code:
            return Explanation(error.sentence, error.remedy)
    known = known_codes().get(code)
    return Explanation(known.sentence, known.remedy or ServiceRejected.remedy) if known is not None else None
