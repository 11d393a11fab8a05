"""Everything that Caducée raises.

    CaduceeError                       code, retry, explain()
    ├─ ConfigError                     findings[]: file, key, what was expected
    ├─ DocumentInvalid                 findings[]: the caller's field, the rule, its source
    ├─ IdentityError                   InsNotQualified · TraitsMismatch · RealmMixed
    ├─ CredentialError                 CardAbsent · CardRemoved · CardModuleFailed · OtherCard · AmbiguousCard
    │                                  PinRequired · PinWrong · PinLastTry · PinBlocked
    │                                  CertificateExpired · CertificateUntrusted · MechanismMissing
    ├─ ServiceError
    │  ├─ ServiceUnavailable           Timeout · ConnectFailed
    │  ├─ ServiceRejected              the service's code and text, untouched
    │  │  └─ PartlyDone                a part was done: a person must look
    │  ├─ OutcomeUnknown               sent, no answer: ask before sending again
    │  └─ ProtocolViolation            an answer that is not what the protocol says
    ├─ CapabilityMissing
    ├─ TerminologyMissing              the table that has no such code
    ├─ IdempotencyConflict
    ├─ StoreError                      DrainedElsewhere · StoreNewer · DiskFull · NetworkFileSystem · StoreKeyWrong
    │                                  StoreBusy · StoreDamaged · LeaseLost
    └─ PluginError                     PluginRefused · NotReady · PluginCrashed

No message ever holds patient data, a PIN, a token or a key: messages are built from codes, field names and the
service's own words only.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec


class Retry(StrEnum):
    """Whether the same call may be made again."""

    NEVER = "never"
    LATER = "later"
    AFTER_HUMAN = "after_human"
    UNKNOWN = "unknown"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, and where.

    ``field`` is the path in the caller's own terms (``patient.traits.birth_date``), ``rule`` the stable code of
    the rule, ``source`` the text it comes from, ``message`` a French sentence for the person at the desk.
    """

    field: str
    rule: str
    message: str
    source: str = ""


class Explanation(msgspec.Struct, frozen=True):
    """What the person at the desk reads: a French sentence, and what to do."""

    sentence: str
    remedy: str


class CaduceeError(Exception):
    """Root of every error. ``code`` is stable; ``retry`` says whether calling again can help."""

    code: ClassVar[str] = "caducee"
    retry: ClassVar[Retry] = Retry.NEVER
    sentence: ClassVar[str] = "Une erreur est survenue."
    remedy: ClassVar[str] = "Transmettez le code de l'erreur à l'éditeur de votre logiciel."

    def explain(self) -> Explanation:
        """Return the French sentence and the remedy for the person at the desk."""
        return Explanation(self.sentence, self.remedy)


class WithFindings(CaduceeError):
    """An error that lists all that is wrong at once."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(f"{f.field}: {f.rule}" for f in findings))

    def explain(self) -> Explanation:
        """Return the sentences of all findings."""
        lines = " ".join(f"{f.message} (champ {f.field})" for f in self.findings)
        return Explanation(f"{self.sentence} {lines}".strip(), self.remedy)


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


class CredentialError(CaduceeError):
    """A card, a PIN, a certificate or a session is missing or unusable."""

    code = "credential"
    retry = Retry.AFTER_HUMAN


class CardAbsent(CredentialError):
    """No card, or no reader."""

    code = "card.absent"
    sentence = "Aucune carte CPS n'est présente dans le lecteur."
    remedy = "Insérez la carte du professionnel qui a rédigé le document."


class CardRemoved(CredentialError):
    """The card left its reader in the middle of an operation."""

    code = "card.removed"
    sentence = "La carte CPS a été retirée pendant l'opération."
    remedy = "Réinsérez la carte : l'opération reprendra."


class CardModuleFailed(CredentialError):
    """The PKCS#11 module failed, hung or crashed; its process was ended and starts anew at the next call."""

    code = "card.module_failed"
    sentence = "Le pilote de la carte CPS a échoué ; il est relancé."
    remedy = "Retirez puis réinsérez la carte ; si cela dure, vérifiez l'installation de la Cryptolib CPS."


class OtherCard(CredentialError):
    """A card is there, but it is not the one that is needed."""

    code = "card.other"
    sentence = "La carte présente n'est pas celle de l'auteur du document."
    remedy = "Insérez la carte de l'auteur : personne d'autre ne peut signer à sa place."


class AmbiguousCard(CredentialError):
    """Several cards match and nothing tells them apart. ``serials`` lists them."""

    code = "card.ambiguous"
    sentence = "Plusieurs cartes correspondent."
    remedy = "Indiquez le numéro de série de la carte voulue dans la configuration."

    def __init__(self, serials: tuple[str, ...]) -> None:
        self.serials = serials
        super().__init__(f"{len(serials)} cards match: {', '.join(serials)}")


class PinRequired(CredentialError):
    """The card asks for its PIN and nobody has given it."""

    code = "pin.required"
    sentence = "Le code porteur de la carte CPS est demandé."
    remedy = "Saisissez le code porteur."


class PinWrong(CredentialError):
    """The PIN is wrong. ``tries_left`` is what the card says, ``None`` when it does not say."""

    code = "pin.wrong"
    sentence = "Le code porteur est faux."
    remedy = "Vérifiez le code avant de recommencer ; au troisième échec la carte se bloque."

    def __init__(self, tries_left: int | None) -> None:
        self.tries_left = tries_left
        super().__init__("wrong PIN" if tries_left is None else f"wrong PIN, tries left: {tries_left}")

    def explain(self) -> Explanation:
        """Add the number of tries left to the sentence."""
        left = "" if self.tries_left is None else f" Essais restants : {self.tries_left}."
        return Explanation(self.sentence + left, self.remedy)


class PinLastTry(CredentialError):
    """One try is left: the PIN was not presented, since nobody said to use the last one."""

    code = "pin.last_try"
    sentence = "Il ne reste qu'un essai : le code n'a pas été présenté à la carte."
    remedy = "Confirmez expressément l'utilisation du dernier essai, ou débloquez la carte avec CPS-Gestion."


class PinBlocked(CredentialError):
    """The card is blocked."""

    code = "pin.blocked"
    sentence = "La carte est bloquée après trois codes faux."
    remedy = "Débloquez-la avec CPS-Gestion et le code de déblocage reçu avec la carte."


class CertificateExpired(CredentialError):
    """A certificate is not valid today."""

    code = "certificate.expired"
    sentence = "Le certificat n'est plus (ou pas encore) valide."
    remedy = "Renouvelez la carte ou le certificat ; vérifiez aussi l'heure du poste."


class CertificateUntrusted(CredentialError):
    """A certificate comes from an authority that is not trusted here, or is not the one configured.

    ``why`` is a French sentence that says which, for the person at the desk.
    """

    code = "certificate.untrusted"
    sentence = "Le certificat n'est pas celui attendu."
    remedy = "Vérifiez l'environnement, l'autorité de certification et le certificat configurés."

    def __init__(self, detail: str = "", *, why: str = "") -> None:
        self.why = why
        super().__init__(detail)

    def explain(self) -> Explanation:
        """Add the reason to the sentence."""
        return Explanation(f"{self.sentence} {self.why}".strip(), self.remedy)


class MechanismMissing(CredentialError):
    """The key cannot do what was asked; the card was not called."""

    code = "key.mechanism_missing"
    retry = Retry.NEVER
    sentence = "La clé demandée ne sait pas faire cette signature."
    remedy = "Vérifiez l'algorithme configuré : une carte CPS signe en RSA avec SHA-1 ou SHA-256."


class ServiceError(CaduceeError):
    """A national service failed or refused.

    ``service`` names it (``insi``, ``dmp``), ``service_code`` and ``service_text`` are its own words, untouched.
    """

    code = "service"

    def __init__(self, service: str, detail: str = "", *, service_code: str = "", service_text: str = "") -> None:
        self.service = service
        self.service_code = service_code
        self.service_text = service_text
        parts = [p for p in (service, detail, service_code) if p]
        super().__init__(": ".join(parts))


class ServiceUnavailable(ServiceError):
    """The service could not be reached, or said that it is out of order. Nothing was done there."""

    code = "service.unavailable"
    retry = Retry.LATER
    sentence = "Le service national ne répond pas."
    remedy = "Rien n'est perdu : l'envoi reprendra seul."


class ConnectFailed(ServiceUnavailable):
    """No connection: nothing was sent."""

    code = "service.connect_failed"


class Timeout(ServiceUnavailable):
    """No answer in time to a question that changes nothing at the service."""

    code = "service.timeout"


class ServiceRejected(ServiceError):
    """The service understood and refused, with its own code and text."""

    code = "service.rejected"
    retry = Retry.NEVER
    sentence = "Le service national a refusé la demande."
    remedy = "Lisez le motif du service ; s'il ne suffit pas, transmettez-le à l'éditeur de votre logiciel."

    def explain(self) -> Explanation:
        """Add the service's own code and text to the sentence."""
        words = " ".join(w for w in (self.service_code, self.service_text) if w)
        return Explanation(f"{self.sentence} Motif du service : {words}." if words else self.sentence, self.remedy)


class PartlyDone(ServiceRejected):
    """The service did a part of what was asked, and says what is missing. Never taken for a success."""

    code = "service.partly_done"
    retry = Retry.AFTER_HUMAN
    sentence = "Le service national n'a pris en compte qu'une partie de la demande."
    remedy = "Vérifiez dans le service ce qui y est, puis relancez l'envoi."


class OutcomeUnknown(ServiceError):
    """Something was sent and no answer came: the service may have done it. Ask it before sending again."""

    code = "service.outcome_unknown"
    retry = Retry.UNKNOWN
    sentence = "Le service national a peut-être reçu l'envoi : la réponse s'est perdue."
    remedy = "Rien à faire : le service sera interrogé avant tout nouvel envoi."


class ProtocolViolation(ServiceError):
    """The answer is not what the protocol says (not XML, other schema, truncated)."""

    code = "service.protocol_violation"
    retry = Retry.LATER
    sentence = "Le service national a répondu de façon incompréhensible."
    remedy = "L'envoi sera retenté ; si cela dure, prévenez l'éditeur de votre logiciel."


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


class StoreError(CaduceeError):
    """The local store cannot be used."""

    code = "store"
    retry = Retry.AFTER_HUMAN
    sentence = "Le stockage local n'est pas utilisable."
    remedy = "Vérifiez le disque et les droits du dossier de données."


class DrainedElsewhere(StoreError):
    """Another process already sends from this store. ``owner`` names it."""

    code = "store.drained_elsewhere"
    sentence = "Un autre programme envoie déjà depuis ce stockage."
    remedy = "Fermez l'autre programme, ou ouvrez celui-ci sans l'envoi."

    def __init__(self, owner: str) -> None:
        self.owner = owner
        super().__init__(f"already drained by {owner}")


class StoreNewer(StoreError):
    """The store was written by a newer version."""

    code = "store.newer"
    retry = Retry.NEVER
    sentence = "Le stockage a été écrit par une version plus récente."
    remedy = "Mettez le logiciel à jour ; ne revenez pas à l'ancienne version."


class StoreKeyWrong(StoreError):
    """The encryption key does not open this store."""

    code = "store.key_wrong"
    sentence = "La clé de chiffrement n'ouvre pas ce stockage."
    remedy = "Rétablissez la clé d'origine : sans elle, les données ne peuvent pas être lues."


class DiskFull(StoreError):
    """No room left: nothing half done was kept."""

    code = "store.disk_full"
    sentence = "Le disque est plein : rien n'a été enregistré."
    remedy = "Libérez de la place, puis recommencez."


class NetworkFileSystem(StoreError):
    """The data folder is on a network file system, where locks cannot be trusted."""

    code = "store.network_file_system"
    sentence = "Le dossier de données est sur un disque réseau."
    remedy = "Placez-le sur un disque local du poste."


class StoreBusy(StoreError):
    """Other programs kept the store for too long: nothing was kept, the same call may be made again."""

    code = "store.busy"
    retry = Retry.LATER
    sentence = "Le stockage local est occupé par un autre programme."
    remedy = "Réessayez dans un instant."


class StoreDamaged(StoreError):
    """What is on disk was changed outside of Caducée, or is not a store."""

    code = "store.damaged"
    sentence = "Le stockage local est abîmé ou a été modifié par un autre programme."
    remedy = "N'y touchez plus, gardez-en une copie et prévenez l'éditeur de votre logiciel."


class LeaseLost(StoreError):
    """The delivery was taken by another worker in the meantime: nothing was written."""

    code = "store.lease_lost"
    retry = Retry.LATER
    sentence = "Cet envoi a été repris ailleurs."
    remedy = "Rien à faire."


class PluginError(CaduceeError):
    """A plugin cannot serve. ``plugin`` names it."""

    code = "plugin"

    def __init__(self, plugin: str, detail: str) -> None:
        self.plugin = plugin
        super().__init__(f"{plugin}: {detail}")


class PluginRefused(PluginError):
    """The plugin was not loaded, and why."""

    code = "plugin.refused"


class NotReady(PluginError):
    """The plugin is not ready. ``state`` is where it stands."""

    code = "plugin.not_ready"
    retry = Retry.LATER
    sentence = "Ce service n'est pas encore prêt."
    remedy = "Réessayez dans un instant ; si cela dure, lancez « caducee doctor »."

    def __init__(self, plugin: str, state: str) -> None:
        self.state = state
        super().__init__(plugin, f"not ready ({state})")


class PluginCrashed(PluginError):
    """The plugin raised; it will be started again."""

    code = "plugin.crashed"
    retry = Retry.LATER
    sentence = "Un module a rencontré une erreur ; il redémarre seul."
    remedy = "Réessayez dans un instant."
