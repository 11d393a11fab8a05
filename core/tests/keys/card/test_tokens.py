"""What the card process makes of what a module shows, over a module that shows what a test wants."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pkcs11
import pytest

from caducee.keys.card import tokens
from caducee.keys.card.protocol import Mechanism, Reason, Use
from caducee.keys.card.tokens import CERTIFICATE_LABELS, KEY_LABELS, Refusal, Tokens

PIN, OTHER = "1234", "4321"
READY = pkcs11.TokenFlag.TOKEN_INITIALIZED
PSS = pkcs11.Mechanism.SHA256_RSA_PKCS_PSS


class Key:
    """A key that asks for its PIN each time, does not, or says that it cannot tell."""

    def __init__(self, asks: bool | type[pkcs11.PKCS11Error] = pkcs11.AttributeTypeInvalid) -> None:
        self._asks = asks

    def __getitem__(self, attribute: Any) -> bool:
        assert attribute is pkcs11.Attribute.ALWAYS_AUTHENTICATE
        if not isinstance(self._asks, bool):
            raise self._asks
        return self._asks


class Session:
    """An open session, that notes when it is closed."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self.closed = 0

    def get_key(self, *, object_class: Any, label: str) -> Key:
        assert object_class is pkcs11.ObjectClass.PRIVATE_KEY
        if label not in self._card.keys:
            raise pkcs11.NoSuchKey
        return self._card.keys[label]

    def get_objects(self, wanted: dict[Any, Any]) -> list[dict[Any, bytes]]:
        label = wanted[pkcs11.Attribute.LABEL]
        return [{pkcs11.Attribute.VALUE: one} for one in self._card.certificates.get(label, ())]

    def close(self) -> None:
        self.closed += 1

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Card:
    """A card in a reader: ``trouble`` is raised when its PIN is presented, ``gone`` when anything is asked of it."""

    def __init__(self, serial: str = "8000000001") -> None:
        self.serial_number = serial
        self.flags = READY
        self.label = "CPS3v1  "
        self.slot = SimpleNamespace(get_mechanisms=lambda: {PSS})
        self.keys = {label: Key() for label in KEY_LABELS.values()}
        self.certificates = {label: [label.encode()] for label in CERTIFICATE_LABELS.values()}
        self.trouble: type[pkcs11.PKCS11Error] | None = None
        self.gone = False
        self.presented: list[str] = []
        self.sessions: list[Session] = []
        self.read = 0

    @property
    def serial(self) -> bytes:
        if self.gone:
            raise pkcs11.DeviceRemoved
        return self.serial_number.encode() + b" "

    def open(self, user_pin: str | None = None) -> Session:
        if user_pin is None:
            self.read += 1
            return Session(self)
        self.presented.append(user_pin)
        if self.trouble is not None:
            raise self.trouble
        self.sessions.append(Session(self))
        return self.sessions[-1]

    def get_token(self) -> Card:
        if self.gone:
            raise pkcs11.TokenNotPresent
        return self


class Reader:
    """The module: its cards, and what it answers to a signature."""

    def __init__(self) -> None:
        self.cards: list[Card] = []
        self.answer: Callable[[], bytes] = lambda: b"signed"
        self.pins: list[str | None] = []

    def get_slots(self, *, token_present: bool) -> list[Card]:
        assert token_present
        return list(self.cards)

    def sign(self, session: Session, key: Any, data: bytes, *, mechanism: Mechanism, pin: str | None) -> bytes:
        self.pins.append(pin)
        return self.answer()


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    made = Reader()
    made.cards.append(Card())
    monkeypatch.setattr(tokens, "SigningModule", lambda _: made)
    monkeypatch.setattr(tokens.pkcs11, "lib", lambda _: made)
    return made


@pytest.fixture
def opened(reader: Reader) -> Tokens:
    made = Tokens("module")
    made.login(reader.cards[0].serial_number, PIN, use_last_try=False)
    return made


def why(call: Callable[[], object]) -> tuple[Reason, int | None]:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.failed.reason, caught.value.failed.tries_left


def sign(made: Tokens, card: Card) -> bytes:
    return made.sign(card.serial_number, Use.SIGNATURE, Mechanism.SHA256_RSA_PKCS, b"x")


def fails(error: type[Exception]) -> Callable[[], bytes]:
    def answer() -> bytes:
        raise error

    return answer


def pin_of(made: Tokens, card: Card) -> bytearray:
    return made._open[card.serial_number]._pin


def test_a_card_is_seen_as_it_is(reader: Reader) -> None:
    (seen,) = Tokens("module").look()
    assert (seen.serial, seen.label, seen.tries_left, seen.logged_in) == ("8000000001", "CPS3v1", 3, False)
    assert seen.certificate == CERTIFICATE_LABELS[Use.SIGNATURE].encode()
    assert seen.authentication == CERTIFICATE_LABELS[Use.AUTHENTICATION].encode()
    assert seen.pss


def test_what_does_not_change_is_read_once_for_each_card(reader: Reader) -> None:
    made = Tokens("module")
    for _ in range(3):
        made.look()
    assert reader.cards[0].read == 1


@pytest.mark.parametrize("certificates", [[], [b"one", b"two"]])
def test_a_certificate_that_is_missing_or_not_alone_is_none(reader: Reader, certificates: list[bytes]) -> None:
    reader.cards[0].certificates[CERTIFICATE_LABELS[Use.SIGNATURE]] = certificates
    (seen,) = Tokens("module").look()
    assert seen.certificate is None


def test_a_card_without_pss_says_so(reader: Reader) -> None:
    reader.cards[0].slot = SimpleNamespace(get_mechanisms=set)
    (seen,) = Tokens("module").look()
    assert not seen.pss


@pytest.mark.parametrize(
    ("flag", "left"),
    [
        (pkcs11.TokenFlag(0), 3),
        (pkcs11.TokenFlag.USER_PIN_COUNT_LOW, 2),
        (pkcs11.TokenFlag.USER_PIN_FINAL_TRY | pkcs11.TokenFlag.USER_PIN_COUNT_LOW, 1),
        (pkcs11.TokenFlag.USER_PIN_LOCKED | pkcs11.TokenFlag.USER_PIN_FINAL_TRY, 0),
    ],
)
def test_the_tries_that_are_left_are_those_that_the_card_warns_of(
    reader: Reader, flag: pkcs11.TokenFlag, left: int
) -> None:
    reader.cards[0].flags = READY | flag
    (seen,) = Tokens("module").look()
    assert seen.tries_left == left


def test_a_card_that_is_not_initialised_or_leaves_at_that_moment_is_not_seen(reader: Reader) -> None:
    blank, leaving = Card("8000000002"), Card("8000000003")
    blank.flags, leaving.gone = pkcs11.TokenFlag(0), True
    reader.cards[:0] = [blank, leaving]
    assert [seen.serial for seen in Tokens("module").look()] == ["8000000001"]


def test_an_open_card_is_seen_open_and_forgotten_once_it_has_left(reader: Reader, opened: Tokens) -> None:
    (card,) = reader.cards
    (seen,) = opened.look()
    assert seen.logged_in
    reader.cards.clear()
    assert opened.look() == ()
    assert card.sessions[0].closed == 1
    reader.cards.append(card)
    (seen,) = opened.look()
    assert not seen.logged_in


def test_the_pin_of_an_open_card_is_not_presented_again_and_another_one_is(reader: Reader, opened: Tokens) -> None:
    (card,) = reader.cards
    opened.login(card.serial_number, PIN, use_last_try=False)
    assert (card.presented, card.sessions[0].closed) == ([PIN], 0)
    opened.login(card.serial_number, OTHER, use_last_try=False)
    assert (card.presented, card.sessions[0].closed) == ([PIN, OTHER], 1)


@pytest.mark.parametrize(
    ("flag", "use_last_try", "reason", "left"),
    [
        (pkcs11.TokenFlag.USER_PIN_LOCKED, True, Reason.PIN_BLOCKED, 0),
        (pkcs11.TokenFlag.USER_PIN_FINAL_TRY, False, Reason.PIN_LAST_TRY, 1),
    ],
)
def test_a_pin_is_not_presented_to_a_card_that_it_could_block_or_has(
    reader: Reader, flag: pkcs11.TokenFlag, reason: Reason, left: int, *, use_last_try: bool
) -> None:
    (card,) = reader.cards
    card.flags = READY | flag
    call = lambda: Tokens("module").login(card.serial_number, PIN, use_last_try=use_last_try)  # noqa: E731
    assert why(call) == (reason, left)
    assert card.presented == []


def test_the_last_try_is_used_when_it_is_said_so(reader: Reader) -> None:
    (card,) = reader.cards
    card.flags = READY | pkcs11.TokenFlag.USER_PIN_FINAL_TRY
    Tokens("module").login(card.serial_number, PIN, use_last_try=True)
    assert card.presented == [PIN]


@pytest.mark.parametrize(
    ("trouble", "flag", "reason", "left"),
    [
        (pkcs11.PinIncorrect, pkcs11.TokenFlag.USER_PIN_COUNT_LOW, Reason.PIN_WRONG, 2),
        (pkcs11.PinInvalid, pkcs11.TokenFlag(0), Reason.PIN_WRONG, 3),
        (pkcs11.PinLenRange, pkcs11.TokenFlag.USER_PIN_FINAL_TRY, Reason.PIN_WRONG, 1),
        (pkcs11.PinLocked, pkcs11.TokenFlag(0), Reason.PIN_BLOCKED, 0),
        (pkcs11.DeviceRemoved, pkcs11.TokenFlag(0), Reason.REMOVED, None),
        (pkcs11.TokenNotPresent, pkcs11.TokenFlag(0), Reason.REMOVED, None),
    ],
)
def test_a_pin_that_is_not_accepted_says_why_and_opens_nothing(
    reader: Reader, trouble: type[pkcs11.PKCS11Error], flag: pkcs11.TokenFlag, reason: Reason, left: int | None
) -> None:
    (card,) = reader.cards
    card.trouble, card.flags = trouble, READY | flag
    made = Tokens("module")
    assert why(lambda: made.login(card.serial_number, PIN, use_last_try=True)) == (reason, left)
    assert why(lambda: sign(made, card)) == (Reason.PIN_REQUIRED, None)


def test_a_wrong_pin_that_was_the_last_says_that_the_card_is_blocked(reader: Reader) -> None:
    (card,) = reader.cards
    made = Tokens("module")

    def present(user_pin: str | None = None) -> Session:
        card.flags = READY | pkcs11.TokenFlag.USER_PIN_LOCKED
        raise pkcs11.PinIncorrect

    card.open = present  # type: ignore[method-assign]
    assert why(lambda: made.login(card.serial_number, PIN, use_last_try=True)) == (Reason.PIN_BLOCKED, 0)


def test_a_card_that_is_not_there_is_absent_and_one_that_is_not_open_asks_its_pin(reader: Reader) -> None:
    (card,) = reader.cards
    made = Tokens("module")
    assert why(lambda: sign(made, card)) == (Reason.PIN_REQUIRED, None)
    reader.cards.clear()
    assert why(lambda: sign(made, card)) == (Reason.ABSENT, None)
    assert why(lambda: made.login(card.serial_number, PIN, use_last_try=False)) == (Reason.ABSENT, None)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (pkcs11.DeviceRemoved, Reason.REMOVED),
        (pkcs11.SessionHandleInvalid, Reason.REMOVED),
        (pkcs11.UserNotLoggedIn, Reason.PIN_REQUIRED),
    ],
)
def test_a_card_that_left_or_was_reset_is_closed(
    reader: Reader, opened: Tokens, error: type[Exception], reason: Reason
) -> None:
    (card,) = reader.cards
    reader.answer = fails(error)
    assert why(lambda: sign(opened, card)) == (reason, None)
    assert card.sessions[0].closed == 1
    assert why(lambda: sign(opened, card)) == (Reason.PIN_REQUIRED, None)


def test_a_mechanism_that_the_card_has_not_leaves_it_open(reader: Reader, opened: Tokens) -> None:
    (card,) = reader.cards
    reader.answer = fails(pkcs11.MechanismInvalid)
    assert why(lambda: sign(opened, card)) == (Reason.NO_MECHANISM, None)
    reader.answer = lambda: b"signed"
    assert sign(opened, card) == b"signed"


def test_a_key_that_asks_its_pin_each_time_is_given_it_and_another_is_not(reader: Reader) -> None:
    (card,) = reader.cards
    card.keys[KEY_LABELS[Use.SIGNATURE]] = Key(asks=True)
    card.keys[KEY_LABELS[Use.AUTHENTICATION]] = Key(asks=False)
    made = Tokens("module")
    made.login(card.serial_number, PIN, use_last_try=False)
    sign(made, card)
    made.sign(card.serial_number, Use.AUTHENTICATION, Mechanism.SHA256_RSA_PKCS, b"x")
    assert reader.pins == [PIN, None]


def test_the_pin_refused_between_two_calls_closes_the_card_and_says_what_is_left(reader: Reader) -> None:
    (card,) = reader.cards
    card.keys[KEY_LABELS[Use.SIGNATURE]] = Key(asks=True)
    made = Tokens("module")
    made.login(card.serial_number, PIN, use_last_try=False)
    reader.answer = fails(pkcs11.PinIncorrect)
    card.flags = READY | pkcs11.TokenFlag.USER_PIN_COUNT_LOW
    assert why(lambda: sign(made, card)) == (Reason.PIN_WRONG, 2)
    assert card.sessions[0].closed == 1


def test_a_key_that_is_not_on_the_card_is_no_key_of_another_use(reader: Reader) -> None:
    (card,) = reader.cards
    del card.keys[KEY_LABELS[Use.SIGNATURE]]
    made = Tokens("module")
    made.login(card.serial_number, PIN, use_last_try=False)
    assert why(lambda: sign(made, card)) == (Reason.NO_KEY, None)


@pytest.mark.parametrize("leaves", [True, False])
def test_a_card_that_leaves_or_is_logged_out_forgets_its_pin(reader: Reader, *, leaves: bool) -> None:
    (card,) = reader.cards
    card.keys[KEY_LABELS[Use.SIGNATURE]] = Key(asks=True)
    made = Tokens("module")
    made.login(card.serial_number, PIN, use_last_try=False)
    kept = pin_of(made, card)
    assert bytes(kept) == PIN.encode()
    if leaves:
        reader.cards.clear()
        made.look()
    else:
        made.logout()
    assert PIN.encode() not in kept
    assert card.sessions[0].closed == 1


@pytest.mark.parametrize("says", [False, pkcs11.AttributeTypeInvalid, pkcs11.FunctionFailed])
def test_a_pin_that_no_key_asks_for_again_is_not_kept(reader: Reader, says: bool | type[pkcs11.PKCS11Error]) -> None:
    (card,) = reader.cards
    card.keys = {label: Key(says) for label in card.keys}
    made = Tokens("module")
    made.login(card.serial_number, PIN, use_last_try=False)
    sign(made, card)
    assert (pin_of(made, card), reader.pins) == (b"", [None])
