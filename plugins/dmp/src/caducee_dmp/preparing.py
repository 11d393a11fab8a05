"""Before a set leaves: is the record open, what does it replace, and the one signature that makes it a set."""

from __future__ import annotations

import msgspec

from caducee.contracts.plugin import PluginContext
from caducee.contracts.signer import Signer
from caducee.errors import ConfigError, CredentialError
from caducee.model.codes import Code
from caducee.model.entry import DocumentEntry, EntryPatientId
from caducee.wire.dsg import DsgWriter, SignedDocument
from caducee.wire.xds.entry import ins_of
from caducee.wire.xds.submission import Folder
from caducee.wire.xds.times import dtm
from caducee_dmp import td21_feed, td31_find
from caducee_dmp.config import DmpConfig
from caducee_dmp.errors import DmpClosed, NoDmp, ReplacedMissing
from caducee_dmp.exchange import SERVICE, Exchange
from caducee_dmp.messages import installation_of
from caducee_dmp.modes import Mode
from caducee_dmp.realm import check_realm
from caducee_dmp.td02_existence import ExistenceTest, read_existence
from caducee_dmp.td21_feed import Outgoing, SetIdentifiers


class ToSend(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed document: its bytes, their digests, its entry, and the masks under which it arrives."""

    entry: DocumentEntry
    content: bytes
    sha1: bytes
    sha256: bytes
    masks: tuple[Code, ...] = ()


class Preparation:
    """Prepares the sets of one installation in the mode of its configuration."""

    def __init__(self, context: PluginContext, exchange: Exchange) -> None:
        config: DmpConfig = context.config
        self._context = context
        self._config = config
        self._exchange = exchange
        self._dsg = DsgWriter(config.dsg.digest)
        self._existence = ExistenceTest(installation_of(config, context.environment))
        self._find = td31_find.Find()
        self._feed = td21_feed.Feed(
            source_id=config.lps.oid, content_type=config.content_type.as_code(), emit_hash=config.emit_hash
        )

    async def prepare(
        self,
        identifiers: SetIdentifiers,
        documents: tuple[ToSend, ...],
        *,
        practitioner: str,
        folder: Folder | None = None,
    ) -> bytes:
        """Check that the record is open, then sign: one operation of the author's key, or of the seal.

        With ``direct_else_indirect`` a card that cannot be used at this moment is not waited for. What is signed keeps
        its mode.

        Raises:
            NoDmp, DmpClosed, ReplacedMissing: nothing was signed.
            InsNotQualified, RealmMixed: nothing was sent.
            CredentialError: nothing was signed.
            ServiceError: the DMP could not be asked.
        """
        if self._config.feed == "direct_else_indirect":
            try:
                return await self._in(Mode.DIRECT, identifiers, documents, practitioner, folder)
            except (CredentialError, ConfigError) as error:
                self._context.log.info("no card for %s (%s): the seal signs", identifiers.set_id, error.code)
        mode = Mode.DIRECT if self._config.feed == "direct" else Mode.INDIRECT
        return await self._in(mode, identifiers, documents, practitioner, folder)

    async def _in(
        self,
        mode: Mode,
        identifiers: SetIdentifiers,
        documents: tuple[ToSend, ...],
        practitioner: str,
        folder: Folder | None,
    ) -> bytes:
        patient = ins_of(documents[0].entry)
        check_realm(patient, self._context.environment)
        await self.refuse_unless_open(practitioner, patient, mode)
        outgoing = []
        for one in documents:
            old = one.entry.replaces
            replaced = await self._entry_of(old, practitioner, patient, mode) if old else None
            outgoing.append(Outgoing(entry=one.entry, content=one.content, masks=one.masks, replaced=replaced))
        signature = await self._sign(identifiers, documents, await self._signer(practitioner, mode))
        author = self._context.credentials.practitioner(practitioner)
        return self._feed.prepare(
            identifiers, tuple(outgoing), author=author, signature=signature, mode=mode, folder=folder
        )

    async def _entry_of(self, document_id: str, author: str, patient: EntryPatientId, mode: Mode) -> str:
        """Ask for the entryUUID just before it is named: it changes with each change of the metadata (DMP, 4.1)."""
        call = self._find.reference(document_id)
        answer = await self._exchange.call(call, practitioner=author, patient=patient, mode=mode)
        held = td31_find.references(answer)
        if not held:
            raise ReplacedMissing(SERVICE, "the replaced document is not there")
        return held[0]

    async def _signer(self, author: str, mode: Mode) -> Signer:
        if mode is Mode.DIRECT:
            return await self._context.credentials.signer(author)
        assert self._config.indirect is not None
        return await self._context.credentials.seal(self._config.indirect.seal)

    async def refuse_unless_open(self, author: str, patient: EntryPatientId, mode: Mode) -> None:
        """Ask whether the patient has an open DMP (TD0.2).

        Raises:
            NoDmp, DmpClosed, CredentialError, ServiceError.
        """
        created = dtm(self._context.clock.now(), field="creationTime")
        call = self._existence.request(patient, created=created)
        answer = await self._exchange.call(call, practitioner=author, patient=patient, mode=mode)
        existence = read_existence(answer.body)
        if not existence.exists:
            raise NoDmp(SERVICE, "no DMP", service_code="NF")
        if not existence.active:
            raise DmpClosed(SERVICE, "closed DMP", service_code="terminated")

    async def _sign(self, identifiers: SetIdentifiers, documents: tuple[ToSend, ...], signer: Signer) -> bytes:
        unsigned = self._dsg.prepare(
            set_id=identifiers.set_id,
            documents=tuple(
                SignedDocument(unique_id=one.entry.document_id, sha1=one.sha1, sha256=one.sha256) for one in documents
            ),
            certificate=await signer.certificate(),
            signing_time=self._context.clock.now(),
        )
        return unsigned.finish(await signer.sign(unsigned.to_sign, unsigned.algorithm))
