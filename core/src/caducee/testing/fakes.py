"""One stand-in for each contract that plugins offer each other: it answers what it was given."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from caducee.contracts.credentials import CardHolder
from caducee.contracts.directory import DirectoryEntry, DirectoryOrganisation, Reach, Recipient, Suggestion
from caducee.contracts.identity import InsAnswer, InsOutcome
from caducee.contracts.rights import RightsAnswer
from caducee.contracts.session import AccessToken, SessionIdentity, SessionPhase, SessionState, Situation
from caducee.errors import CardAbsent, PinWrong, SessionExpired
from caducee.model.identity import Ins, Traits
from caducee.model.practice import Actor
from caducee.testing.letters import AUTHOR

_SOMEBODY = SessionIdentity(identifier=AUTHOR.identifier, family_name=AUTHOR.family_name, given_name=AUTHOR.given_name)


class FakeProfessionalSession:
    """A log-in: one token after the other; ``expired`` makes it ask the person. ``asked`` counts the windows."""

    def __init__(self, identity: SessionIdentity = _SOMEBODY) -> None:
        self.expired = False
        self.asked = 0
        self.evicted: list[str] = []
        self._identity = identity
        self._chosen: dict[str, Situation] = {}
        self._number = 1

    async def login(self, practitioner: str, *, acting: Actor) -> SessionIdentity:  # noqa: ARG002
        """Log in at once."""
        self.asked += 1
        self.expired = False
        return self._identity

    async def logout(self, practitioner: str, *, acting: Actor) -> None:  # noqa: ARG002
        """Log out."""
        self.expired = True

    def state(self, practitioner: str) -> SessionState:  # noqa: ARG002
        """Say whether somebody is logged in."""
        if self.expired:
            return SessionState(phase=SessionPhase.ENDED)
        return SessionState(phase=SessionPhase.OPEN, ends=datetime.now(UTC) + timedelta(hours=4))

    async def token(self, practitioner: str, *, acting: Actor) -> AccessToken:  # noqa: ARG002
        """Return the token of the moment."""
        self._must_be_logged_in()
        value = f"token-{practitioner}-{self._number}"
        return AccessToken(value=value, kind="Bearer", expires=datetime.now(UTC) + timedelta(minutes=5))

    async def evict(self, practitioner: str, token: AccessToken) -> None:  # noqa: ARG002
        """Forget it: the next one is another."""
        self.evicted.append(token.value)
        self._number += 1

    async def situations(self, practitioner: str) -> tuple[Situation, ...]:  # noqa: ARG002
        """Return those it was given."""
        self._must_be_logged_in()
        return self._identity.situations

    async def choose(self, practitioner: str, situation: Situation, *, acting: Actor) -> None:  # noqa: ARG002
        """Keep the choice."""
        self._must_be_logged_in()
        self._chosen[practitioner] = situation

    async def chosen(self, practitioner: str) -> Situation | None:
        """Return the choice."""
        return self._chosen.get(practitioner)

    def _must_be_logged_in(self) -> None:
        if self.expired:
            raise SessionExpired


class FakeIdentity:
    """An identity base that knows what it was given, by birth name."""

    def __init__(self, known: dict[str, InsAnswer] | None = None) -> None:
        self.known = known or {}
        self.asked: list[Traits] = []

    async def search(self, traits: Traits, *, local_id: str, acting: Actor) -> InsAnswer:  # noqa: ARG002
        """Answer 00 for who is known, 01 for all others."""
        self.asked.append(traits)
        nobody = InsAnswer(outcome=InsOutcome.NOT_FOUND, label="Aucune identité trouvée")
        return self.known.get(traits.birth_name, nobody)


_TRUSTED = ".mssante.fr"
_GATEWAY = "interop-mssante.apicrypt.org"


class FakeDirectory:
    """A directory of the entries it was given.

    Every address under ``mssante.fr`` may be written to, one under ``apicrypt.org`` by the gateway, no other.
    """

    def __init__(self, *entries: DirectoryEntry, organisations: tuple[DirectoryOrganisation, ...] = ()) -> None:
        self.entries = entries
        self.organisations = organisations

    async def professional(self, identifier: str) -> tuple[DirectoryEntry, ...]:
        """Return the places of practice of one professional."""
        return tuple(entry for entry in self.entries if entry.identifier == identifier)

    async def search(self, name: str, *, profession: str = "", postal_code: str = "") -> tuple[DirectoryEntry, ...]:  # noqa: ARG002
        """Search by the beginning of the family name."""
        return tuple(
            entry
            for entry in self.entries
            if entry.family_name.upper().startswith(name.upper()) and profession in ("", entry.profession)
        )

    async def organisation(self, identifier: str) -> DirectoryOrganisation | None:
        """Return one organisation."""
        return next((one for one in self.organisations if one.identifier == identifier), None)

    async def mailbox(self, address: str) -> tuple[DirectoryEntry | DirectoryOrganisation, ...]:
        """Return whose box it is."""
        known: tuple[DirectoryEntry | DirectoryOrganisation, ...] = (*self.entries, *self.organisations)
        return tuple(one for one in known if any(box.address == address for box in one.mailboxes))

    async def suggest(self, prefix: str, *, limit: int = 20) -> tuple[Suggestion, ...]:
        """Return the boxes of those whose family name begins so."""
        found = [
            Suggestion(mailbox=box, name=entry.display_name, structure_name=entry.structure_name, city=entry.city)
            for entry in await self.search(prefix)
            for box in entry.mailboxes
        ]
        return tuple(found[:limit])

    async def recipient(self, address: str) -> Recipient:
        """Judge by the domain alone."""
        local, _, domain = address.lower().rpartition("@")
        if domain.endswith(_TRUSTED):
            return Recipient(reach=Reach.ALLOWED, original=address, address=address, why="trusted")
        if domain.endswith("apicrypt.org"):
            gateway = f"{local}@{_GATEWAY}"
            return Recipient(reach=Reach.REWRITTEN, original=address, address=gateway, why="gateway")
        return Recipient(reach=Reach.REFUSED, original=address, address="", why="outside")


class FakeCardAccess:
    """A card with a PIN and three tries; ``present`` says whether it is in the reader."""

    def __init__(self, holder: CardHolder, *, pin: str) -> None:
        self.present = True
        self.tries = 3
        self._holder = holder
        self._pin = pin

    async def holder(self) -> CardHolder:
        """Read the holder."""
        if not self.present:
            raise CardAbsent
        return self._holder

    async def open(self, pin: str, *, use_last_try: bool = False) -> CardHolder:  # noqa: ARG002
        """Present the PIN once."""
        holder = await self.holder()
        if pin != self._pin:
            self.tries -= 1
            raise PinWrong(self.tries)
        return holder

    async def close(self) -> None:
        """Forget the PIN."""


class FakeRights:
    """Rights that it was given, the same for everybody."""

    def __init__(self, answer: RightsAnswer) -> None:
        self.answer = answer
        self.asked: list[date] = []

    async def of(self, ins: Ins, *, on: date, practitioner: str, acting: Actor) -> RightsAnswer:  # noqa: ARG002
        """Return them."""
        self.asked.append(on)
        return self.answer
