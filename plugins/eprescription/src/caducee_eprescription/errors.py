"""What the digital prescription may answer beside success, and the codes of the service (assumed: none is public)."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import msgspec

from caducee.errors import CaduceeError, Explanation, Retry, ServiceRejected, WithFindings

SERVICE = "eprescription"


class PrescriptionInvalid(WithFindings):
    """The prescription breaks rules: it has no number, nothing was stored or sent."""

    code = "rx.invalid"
    sentence = "L'ordonnance ne peut pas être émise en l'état."
    remedy = "Corrigez les champs indiqués, puis recommencez."


class RegisterRefused(ServiceRejected):
    """The national base refused, with its own code: nothing was registered, cancelled or shown."""

    code = "rx.refused"
    sentence = "La base nationale des ordonnances a refusé la demande."
    remedy = "Lisez le motif, corrigez l'ordonnance, puis recommencez."

    def explain(self) -> Explanation:
        """Say it in the words of the code when it is known."""
        known = known_codes().get(self.service_code)
        return Explanation(known.sentence, known.remedy) if known else super().explain()


class AlreadyDispensed(RegisterRefused):
    """Something of it was dispensed: it can no longer be cancelled or replaced."""

    code = "rx.already_dispensed"
    sentence = "Cette ordonnance a déjà été délivrée, en tout ou en partie : elle ne peut plus être annulée."
    remedy = "Appelez la pharmacie ; s'il le faut, rédigez une nouvelle ordonnance."


class FollowOpposed(RegisterRefused):
    """The patient does not want the prescriber to see what is dispensed."""

    code = "rx.follow_opposed"
    sentence = "Le patient s'est opposé à la consultation des délivrances par le prescripteur."
    remedy = "Rien à faire : demandez au patient s'il veut lever son opposition."


class UnknownPrescription(CaduceeError):
    """No prescription of this store has this number or local identifier."""

    code = "rx.unknown"
    sentence = "Cette ordonnance n'est pas dans ce logiciel."
    remedy = "Vérifiez le numéro ; il a 18 caractères et commence par 99 dans la simulation."


class WrongState(CaduceeError):
    """The state of the prescription does not allow what was asked. ``state`` is where it stands."""

    code = "rx.state"
    retry = Retry.AFTER_HUMAN
    sentence = "L'état de cette ordonnance ne permet pas cette action."
    remedy = "Regardez où elle en est ; une ordonnance locale, annulée ou remplacée ne change plus."

    def __init__(self, state: str, asked: str) -> None:
        self.state = state
        super().__init__(f"{asked} while {state}")


class PayloadTooLong(CaduceeError):
    """A text does not fit in one QR code: nothing was issued. ``size`` and ``most`` are in bytes."""

    code = "rx.payload_too_long"
    sentence = "Ce texte est trop long pour un code QR."
    remedy = "Raccourcissez-le : un seul code doit suffire."

    def __init__(self, size: int, most: int) -> None:
        self.size, self.most = size, most
        super().__init__(f"{size} bytes, at most {most}")


class NumberMalformed(CaduceeError):
    """The vendor's rule of numbers gave one that it does not hold for well made: nothing was stored or sent."""

    code = "rx.number"
    sentence = "Le numéro de l'ordonnance n'a pas pu être calculé."
    remedy = "Transmettez ce code à l'éditeur de votre logiciel."


class DispensationUnreadable(CaduceeError):
    """What was received is not a dispensation of this prescription; nothing was changed."""

    code = "rx.dispensation_unreadable"
    sentence = "Ce document n'est pas une dispensation de cette ordonnance."
    remedy = "Vérifiez que le document reçu est bien une dispensation (eDISP-MED) de ce patient."


class ProductsUnreadable(CaduceeError):
    """A file of the public medicines base cannot be read. ``file`` names it, ``line`` is from 1 (0: all of it)."""

    code = "rx.products_unreadable"
    sentence = "Un fichier de la base publique des médicaments n'est pas lisible."
    remedy = "Donnez le dossier des fichiers téléchargés, sans les modifier."

    def __init__(self, file: str, line: int, why: str) -> None:
        self.file, self.line = file, line
        super().__init__(f"{file}, line {line}: {why}")


OWN = (
    PrescriptionInvalid,
    RegisterRefused,
    AlreadyDispensed,
    FollowOpposed,
    UnknownPrescription,
    WrongState,
    PayloadTooLong,
    NumberMalformed,
    DispensationUnreadable,
    ProductsUnreadable,
)
"""What this plugin raises beside the errors of Caducée."""


class KnownCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code of the service: what a person reads."""

    sentence: str
    remedy: str


@cache
def known_codes() -> dict[str, KnownCode]:
    """Return the codes of the simulated profile; any other is kept as it came."""
    data = files("caducee_eprescription").joinpath("codes.json").read_bytes()
    return msgspec.convert(json.loads(data), dict[str, KnownCode])


def explain(code: str) -> Explanation | None:
    """Return what a person reads for a code of this plugin or of the service."""
    own = next((error for error in OWN if error.code == code), None)
    if own is not None:
        return Explanation(own.sentence, own.remedy)
    known = known_codes().get(code)
    return Explanation(known.sentence, known.remedy) if known else None
