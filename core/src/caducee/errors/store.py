"""The local store."""

from __future__ import annotations

from caducee.errors.base import CaduceeError, Retry


class StoreError(CaduceeError):
    """The local store cannot be used."""

    code = "store"
    retry = Retry.AFTER_HUMAN
    sentence = "Le stockage local n'est pas utilisable."
    remedy = "Vérifiez le disque et les droits du dossier de données."


class RecordUnreadable(CaduceeError):
    """A record that was carried from elsewhere cannot be taken in; nothing was kept."""

    code = "record.unreadable"
    retry = Retry.NEVER
    sentence = "Ce dossier ne peut pas être repris."
    remedy = "Vérifiez que le fichier est entier et qu'il vient de l'export d'un dossier, puis demandez-en un nouveau."


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


class AuditBroken(StoreError):
    """The chain of the audit trail breaks there: something was changed, removed or moved outside of Caducée."""

    code = "store.audit_broken"
    sentence = "La piste d'audit est rompue."
    remedy = "Conservez le stockage tel quel et prévenez l'éditeur de votre logiciel."


class LeaseLost(StoreError):
    """The delivery was taken by another worker in the meantime: nothing was written."""

    code = "store.lease_lost"
    retry = Retry.LATER
    sentence = "Cet envoi a été repris ailleurs."
    remedy = "Rien à faire."


class StateConflict(StoreError):
    """Somebody else has appended to the stream meanwhile; nothing of the transaction was kept."""

    code = "store.state_conflict"
    retry = Retry.LATER
    sentence = "Les données de ce module ont changé entre-temps."
    remedy = "Recommencez l'opération."
