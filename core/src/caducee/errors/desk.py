"""What is wrong with what the caller gave: configuration, document, identity."""

from __future__ import annotations

from caducee.errors.base import CaduceeError, Explanation, Retry, WithFindings


class ConfigError(WithFindings):
    """The configuration cannot be used; nothing was started."""

    code = "config.invalid"
    sentence = "La configuration n'est pas utilisable."
    remedy = "Corrigez les clés indiquées, puis relancez."

    def __str__(self) -> str:
        return "; ".join(f"{finding.field}: {finding.message}" for finding in self.findings)


class DocumentInvalid(WithFindings):
    """The document breaks rules; nothing was stored or sent."""

    code = "document.invalid"
    sentence = "Le document ne peut pas être envoyé en l'état."
    remedy = "Corrigez les champs indiqués, puis recommencez."


class IdentityError(CaduceeError):
    """The identity of the patient does not allow what was asked."""

    code = "identity"
    retry = Retry.AFTER_HUMAN


class InsNotQualified(IdentityError):
    """Only a qualified INS may leave the practice."""

    code = "identity.ins_not_qualified"
    sentence = "L'identité du patient n'est pas qualifiée : le document attend."
    remedy = "Vérifiez les traits d'identité, interrogez INSi, contrôlez une pièce d'identité : l'envoi reprendra seul."


class TraitsMismatch(IdentityError):
    """The traits known here and those of the national identity differ too much."""

    code = "identity.traits_mismatch"
    sentence = "Les traits du dossier ne correspondent pas à l'identité nationale."
    remedy = "Comparez les deux identités et corrigez le dossier ; n'acceptez qu'après contrôle d'une pièce d'identité."


class RealmMixed(IdentityError):
    """An identity of one environment met another environment."""

    code = "identity.realm_mixed"
    retry = Retry.NEVER
    sentence = "Cette identité vient d'un autre environnement (test ou production)."
    remedy = "N'utilisez jamais une identité de test en production, ni l'inverse."


class CapabilityMissing(CaduceeError):
    """No enabled plugin offers what was asked."""

    code = "capability.missing"
    sentence = "Cette fonction n'est pas activée."
    remedy = "Activez le module correspondant dans la configuration."


class TerminologyMissing(CaduceeError):
    """A nomenclature has no such code. ``table`` names it, ``entry`` is what was looked for."""

    code = "terminology.missing"
    sentence = "Un code n'est pas dans la nomenclature."
    remedy = "Vérifiez le code ; s'il est juste, complétez la table indiquée."

    def __init__(self, table: str, entry: str) -> None:
        self.table = table
        self.entry = entry
        super().__init__(f"no code {entry!r} in table {table!r}")

    def explain(self) -> Explanation:
        """Add the code and the table to the sentence."""
        return Explanation(f"{self.sentence} Code {self.entry}, table {self.table}.", self.remedy)


class IdempotencyConflict(CaduceeError):
    """The same idempotency key came with another content: nothing was stored."""

    code = "idempotency.conflict"
    sentence = "Ce document a déjà été confié avec un autre contenu."
    remedy = "Donnez un nouvel identifiant à ce document, ou publiez-le comme remplacement du premier."


class ActorRefused(CaduceeError):
    """Who is at the keyboard may not do this; nothing was done. ``actor`` is their kind, ``verb`` what was asked."""

    code = "actor.refused"
    retry = Retry.AFTER_HUMAN
    sentence = "Votre rôle ne permet pas cette action."
    remedy = "Demandez au médecin de la faire lui-même."

    def __init__(self, actor: str, verb: str) -> None:
        self.actor = actor
        self.verb = verb
        super().__init__(f"{verb} by {actor}")


class ConsentMissing(CaduceeError):
    """A record was to be read without saying on which ground; nothing was sent."""

    code = "consent.missing"
    retry = Retry.AFTER_HUMAN
    sentence = "Rien ne dit sur quel fondement le dossier du patient peut être consulté."
    remedy = (
        "Informez le patient (équipe de soins) ou recueillez son accord, notez-le, puis recommencez. "
        "Le patient verra cet accès dans l'historique de Mon espace santé."
    )


class FactInvalid(WithFindings):
    """A fact of the practice lacks what makes it one; nothing was noted."""

    code = "fact.invalid"
    sentence = "Ce fait ne peut pas être noté en l'état."
    remedy = "Corrigez les champs indiqués, puis recommencez."


class OppositionInvalid(WithFindings):
    """An opposition lacks what makes it one; nothing was noted."""

    code = "opposition.invalid"
    sentence = "L'opposition ne peut pas être notée en l'état."
    remedy = "Complétez les champs indiqués, puis recommencez."


class PatientOpposed(CaduceeError):
    """The patient is against this, and the practice has noted it; nothing was sent. ``scope`` says against what."""

    code = "consent.opposed"
    retry = Retry.AFTER_HUMAN
    sentence = "Le patient s'y est opposé : rien n'a été demandé ni envoyé."
    remedy = "Parlez-en avec lui ; s'il change d'avis, notez que l'opposition est levée."

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(f"opposition to {scope}")
