"""What the directory may answer beside a result, and what is wrong with what it is given to read."""

from __future__ import annotations

from caducee.errors import (
    CaduceeError,
    Explanation,
    Finding,
    ProtocolViolation,
    Retry,
    ServiceRejected,
    ServiceUnavailable,
)
from caducee.errors.base import WithFindings

SERVICE = "annuaire"


class DirectoryRefused(ServiceRejected):
    """The directory refused the question, with its own code and text."""

    code = "annuaire.refused"
    sentence = "L'Annuaire Santé a refusé la recherche."


class CriterionRefused(DirectoryRefused):
    """The directory does not know a criterion of the question; ``criterion`` names it."""

    code = "annuaire.criterion_refused"
    sentence = "L'Annuaire Santé ne connaît pas l'un des critères de la recherche."
    remedy = "Transmettez ce code à l'éditeur de votre logiciel : le critère refusé est à retirer de la configuration."

    def __init__(self, criterion: str, *, service_code: str = "", service_text: str = "") -> None:
        self.criterion = criterion
        super().__init__(
            SERVICE, f"criterion {criterion} refused", service_code=service_code, service_text=service_text
        )


class KeyRefused(ServiceRejected):
    """The API key is missing, wrong or not entitled."""

    code = "annuaire.key_refused"
    retry = Retry.AFTER_HUMAN
    sentence = "L'Annuaire Santé refuse la clé d'accès de ce logiciel."
    remedy = "Vérifiez la clé (plugins.annuaire.api_key) sur le portail des API de l'ANS."


class DirectoryBusy(ServiceUnavailable):
    """Too many questions in one second, or the directory rests; ``retry_after`` seconds are asked for."""

    code = "annuaire.busy"
    sentence = "L'Annuaire Santé limite le nombre de recherches : il demande d'attendre."
    remedy = "Recommencez dans une minute."

    def __init__(self, retry_after: float, *, service_code: str = "", service_text: str = "") -> None:
        self.retry_after = retry_after
        super().__init__(
            SERVICE, f"asks to wait {retry_after:.0f} s", service_code=service_code, service_text=service_text
        )


class DirectoryUnavailable(ServiceUnavailable):
    """The directory does not answer, or says that it is out of order."""

    code = "annuaire.unavailable"
    sentence = "L'Annuaire Santé ne répond pas."
    remedy = "Recommencez plus tard ; la recherche dans le fichier importé reste possible."


class NotWhole(ServiceRejected):
    """There is more than may be read, or a part is missing: what came is not given out as if it were all."""

    code = "annuaire.not_whole"
    retry = Retry.AFTER_HUMAN
    sentence = "La réponse de l'Annuaire Santé n'est pas complète, ou elle est trop longue pour être lue."
    remedy = "Précisez la recherche : nom entier, prénom, profession ou code postal."


class PagingLoop(ProtocolViolation):
    """A page names as next one that was already read."""

    code = "annuaire.paging_loop"
    sentence = "L'Annuaire Santé renvoie sans fin à la même page de résultats."
    remedy = "Recommencez plus tard ; si cela dure, prévenez l'éditeur de votre logiciel."


class ForeignLink(ProtocolViolation):
    """A page names as next one of another server: it was not called, and the key was not sent there."""

    code = "annuaire.foreign_link"
    sentence = "L'Annuaire Santé renvoie vers un autre serveur : il n'a pas été appelé."
    remedy = "Prévenez l'éditeur de votre logiciel ; rien n'a été envoyé à cet autre serveur."


class QuestionInvalid(WithFindings):
    """The question cannot be asked; nothing was sent."""

    code = "annuaire.question_invalid"
    sentence = "La recherche dans l'annuaire ne peut pas être faite en l'état."
    remedy = "Corrigez ce qui est indiqué, puis recommencez."


class ExtractionInvalid(WithFindings):
    """The file is not the public extraction in its known form; the former index stays in use."""

    code = "annuaire.extraction_invalid"
    sentence = "Ce fichier n'est pas l'extraction des boîtes MSSanté attendue."
    remedy = "Téléchargez de nouveau le fichier ; l'index précédent reste utilisé."


class IndexUnusable(CaduceeError):
    """The local index is missing, or was made by another version."""

    code = "annuaire.index_unusable"
    retry = Retry.AFTER_HUMAN
    sentence = "L'index local de l'annuaire est absent ou ne peut pas être lu."
    remedy = "Importez l'extraction : caducee annuaire import FICHIER."


class TrustDataInvalid(WithFindings):
    """The white list, the operators or the rules cannot be used; nothing of them is."""

    code = "annuaire.trust_data_invalid"
    sentence = "La liste des domaines de confiance ne peut pas être utilisée."
    remedy = "Remplacez le fichier indiqué, ou retirez-le de la configuration."


class NoDirectory(CaduceeError):
    """Neither the directory nor an index is configured for this question."""

    code = "annuaire.none_configured"
    retry = Retry.AFTER_HUMAN
    sentence = "Ni l'Annuaire Santé ni un fichier importé ne sont configurés pour cette recherche."
    remedy = "Renseignez plugins.annuaire.url et sa clé, ou importez l'extraction (plugins.annuaire.index)."


OWN: tuple[type[CaduceeError], ...] = (
    DirectoryRefused,
    CriterionRefused,
    KeyRefused,
    DirectoryBusy,
    DirectoryUnavailable,
    NotWhole,
    PagingLoop,
    ForeignLink,
    QuestionInvalid,
    ExtractionInvalid,
    IndexUnusable,
    TrustDataInvalid,
    NoDirectory,
)


def explain(code: str) -> Explanation | None:
    """Return what a person reads for a code of this plugin."""
    own = next((error for error in OWN if error.code == code), None)
    return None if own is None else Explanation(own.sentence, own.remedy)


def wrong(kind: type[WithFindings], field: str, rule: str, message: str) -> WithFindings:
    """Return an error of one finding."""
    return kind((Finding(field=field, rule=f"annuaire.{rule}", message=message),))
