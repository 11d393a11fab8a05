"""The virtual CPS, seen from outside with python-pkcs11 and judged by cryptography."""

from __future__ import annotations

import ctypes
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID
from pkcs11 import Attribute, Mechanism, ObjectClass, TokenFlag

from caducee_sandbox.cards import ENVIRONMENT, READER, Card, CardDesk, CardKey, Counters, module_path

SERIAL = "8000000001"
PIN = "1234"
WRONG = "9999"
MESSAGE = b"<SignedInfo/>"
SHA256_OF_MESSAGE = hashlib.sha256(MESSAGE).digest()
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
AUTH = "CPS_PRIV_AUT"
SIGN = "CPS_PRIV_SIG"
CPS3 = {
    Mechanism.RSA_PKCS,
    Mechanism.SHA1_RSA_PKCS,
    Mechanism.SHA256_RSA_PKCS,
    Mechanism.SHA_1,
    Mechanism.SHA256,
}


def make_pair(name: str) -> CardKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(today).not_valid_after(today + timedelta(days=2))
    return CardKey(certificate=builder.sign(key, hashes.SHA256()), key=key)


@pytest.fixture(scope="module")
def pairs() -> tuple[CardKey, CardKey]:
    return make_pair("authentification"), make_pair("signature")


@pytest.fixture
def desk(tmp_path: Path, pairs: tuple[CardKey, CardKey]) -> CardDesk:
    desk = CardDesk(tmp_path)
    desk.issue(Card(serial=SERIAL, pin=PIN, auth=pairs[0], sign=pairs[1]))
    desk.insert(SERIAL)
    return desk


@pytest.fixture
def module(desk: CardDesk, monkeypatch: pytest.MonkeyPatch) -> Iterator[pkcs11.lib]:
    monkeypatch.setenv(ENVIRONMENT, str(desk.directory))
    library = pkcs11.lib(str(module_path()))
    yield library
    library.finalize()


def token(module: pkcs11.lib) -> pkcs11.Token:
    return next(s.get_token() for s in module.get_slots(token_present=True))


def key(session: pkcs11.Session, label: str) -> pkcs11.PrivateKey:
    return session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)


def used_key(session: pkcs11.Session) -> pkcs11.PrivateKey:
    """A key that has signed once: python-pkcs11 has read its attributes and goes straight to C_SignInit."""
    found = key(session, SIGN)
    found.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS)
    return found


def reissue(desk: CardDesk, pairs: tuple[CardKey, CardKey], *, generation: int = 3, always: bool = False) -> None:
    card = Card(serial=SERIAL, pin=PIN, auth=pairs[0], sign=pairs[1], generation=generation, always_authenticate=always)
    desk.issue(card)


def test_token_is_described_as_a_cps3(module: pkcs11.lib) -> None:
    found = token(module)
    assert (found.label, found.serial, found.model) == ("CPS-ESSAI", SERIAL.encode(), "IAS ECC")
    assert found.slot.get_mechanisms() == CPS3
    assert TokenFlag.USER_PIN_COUNT_LOW not in found.flags


def test_cps4_also_has_pss(module: pkcs11.lib, desk: CardDesk, pairs: tuple[CardKey, CardKey]) -> None:
    reissue(desk, pairs, generation=4)
    pss = {Mechanism.RSA_PKCS_PSS, Mechanism.SHA1_RSA_PKCS_PSS, Mechanism.SHA256_RSA_PKCS_PSS}
    assert token(module).slot.get_mechanisms() == CPS3 | pss
    with token(module).open(user_pin=PIN) as session:
        signature = key(session, AUTH).sign(
            MESSAGE,
            mechanism=Mechanism.SHA256_RSA_PKCS_PSS,
            mechanism_param=(Mechanism.SHA256, pkcs11.MGF.SHA256, 32),
        )
        with pytest.raises(pkcs11.MechanismInvalid):
            key(session, SIGN).sign(
                MESSAGE,
                mechanism=Mechanism.SHA256_RSA_PKCS_PSS,
                mechanism_param=(Mechanism.SHA256, pkcs11.MGF.SHA256, 32),
            )
    public = pairs[0].key.public_key()
    public.verify(signature, MESSAGE, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())


def test_certificates_are_read_without_pin_and_keys_are_not(module: pkcs11.lib, pairs: tuple[CardKey, CardKey]) -> None:
    with token(module).open() as session:
        found = {o[Attribute.LABEL]: o[Attribute.VALUE] for o in session.get_objects()}
    assert set(found) == {"Certificat d'Authentification CPS", "Certificat de Signature CPS"}
    read = x509.load_der_x509_certificate(found["Certificat de Signature CPS"])
    assert read == pairs[1].certificate


def test_certificate_attributes_are_those_of_the_certificate(
    module: pkcs11.lib, pairs: tuple[CardKey, CardKey]
) -> None:
    with token(module).open() as session:
        [found] = session.get_objects({Attribute.ID: b"\x02"})
        assert found[Attribute.SUBJECT] == pairs[1].certificate.subject.public_bytes()
        assert found[Attribute.ISSUER] == pairs[1].certificate.issuer.public_bytes()


def test_private_key_never_leaves(module: pkcs11.lib) -> None:
    with token(module).open(user_pin=PIN) as session:
        found = key(session, SIGN)
        assert found[Attribute.SENSITIVE] is True
        assert found[Attribute.EXTRACTABLE] is False
        with pytest.raises(pkcs11.AttributeSensitive):
            found[Attribute.PRIVATE_EXPONENT]


def test_message_and_digest_info_give_the_same_verified_signature(
    module: pkcs11.lib, pairs: tuple[CardKey, CardKey]
) -> None:
    digest = hashlib.sha256(MESSAGE).digest()
    with token(module).open(user_pin=PIN) as session:
        sign = key(session, SIGN)
        whole = sign.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS)
        assert sign.sign(SHA256_INFO + digest, mechanism=Mechanism.RSA_PKCS) == whole
        assert sign.sign(digest, mechanism=Mechanism.RSA_PKCS) == whole
        old = sign.sign(MESSAGE, mechanism=Mechanism.SHA1_RSA_PKCS)
    public = pairs[1].key.public_key()
    public.verify(whole, MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    public.verify(old, MESSAGE, padding.PKCS1v15(), hashes.SHA1())


def test_authentication_key_of_a_cps3_wants_a_digest_info(module: pkcs11.lib, pairs: tuple[CardKey, CardKey]) -> None:
    digest = hashlib.sha256(MESSAGE).digest()
    with token(module).open(user_pin=PIN) as session:
        auth = key(session, AUTH)
        with pytest.raises(pkcs11.MechanismInvalid):
            auth.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS)
        with pytest.raises(pkcs11.DataInvalid):
            auth.sign(digest, mechanism=Mechanism.RSA_PKCS)
        signature = auth.sign(SHA256_INFO + digest, mechanism=Mechanism.RSA_PKCS)
    public = pairs[0].key.public_key()
    public.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))


@pytest.mark.requirement("CRYPTOLIB-CPS-MECHANISMS")
def test_mechanisms_of_no_card_are_refused(module: pkcs11.lib, desk: CardDesk) -> None:
    with token(module).open(user_pin=PIN) as session:
        for mechanism in (Mechanism.SHA512_RSA_PKCS, Mechanism.RSA_X_509):
            with pytest.raises(pkcs11.MechanismInvalid):
                key(session, SIGN).sign(MESSAGE, mechanism=mechanism)
    assert desk.counters(SERIAL).sign == 0


def test_three_wrong_pins_block_the_card_and_each_flag_is_shown(module: pkcs11.lib, desk: CardDesk) -> None:
    expected = [
        TokenFlag.USER_PIN_COUNT_LOW,
        TokenFlag.USER_PIN_COUNT_LOW | TokenFlag.USER_PIN_FINAL_TRY,
        TokenFlag.USER_PIN_LOCKED,
    ]
    watched = TokenFlag.USER_PIN_COUNT_LOW | TokenFlag.USER_PIN_FINAL_TRY | TokenFlag.USER_PIN_LOCKED
    for flags in expected:
        with pytest.raises(pkcs11.PinIncorrect):
            token(module).open(user_pin=WRONG)
        assert token(module).flags & watched == flags
    with pytest.raises(pkcs11.PinLocked):
        token(module).open(user_pin=PIN)
    assert desk.counters(SERIAL) == Counters(login=3, login_refused=3, sign=0)


def test_right_pin_gives_the_tries_back(module: pkcs11.lib, desk: CardDesk) -> None:
    with pytest.raises(pkcs11.PinIncorrect):
        token(module).open(user_pin=WRONG)
    assert desk.tries_left(SERIAL) == 2
    token(module).open(user_pin=PIN).close()
    assert desk.tries_left(SERIAL) == 3


def test_pin_of_another_length_costs_no_try(module: pkcs11.lib, desk: CardDesk) -> None:
    with pytest.raises(pkcs11.PinLenRange):
        token(module).open(user_pin="12345")
    assert desk.tries_left(SERIAL) == 3


def test_card_pulled_out_between_calls_ends_its_sessions(module: pkcs11.lib, desk: CardDesk) -> None:
    session = token(module).open(user_pin=PIN)
    found = used_key(session)
    desk.remove()
    with pytest.raises(pkcs11.DeviceRemoved):
        found.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS)
    with pytest.raises(pkcs11.SessionHandleInvalid):
        found.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS)
    assert module.get_slots(token_present=True) == []


def test_card_that_is_back_asks_its_pin_again(module: pkcs11.lib, desk: CardDesk) -> None:
    session = token(module).open(user_pin=PIN)
    found = used_key(session)
    desk.remove()
    desk.insert(SERIAL)
    with pytest.raises(pkcs11.DeviceRemoved):
        found.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS)
    with token(module).open() as anew, pytest.raises(pkcs11.NoSuchKey):
        key(anew, SIGN)


def test_card_pulled_out_during_a_signature_signs_nothing(module: pkcs11.lib, desk: CardDesk) -> None:
    desk.delay(SERIAL, 2000)
    found = key(token(module).open(user_pin=PIN), SIGN)
    pull = Timer(0.1, desk.remove)
    pull.start()
    with pytest.raises(pkcs11.DeviceRemoved):
        found.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS)
    pull.join()
    assert desk.counters(SERIAL).sign == 0


def test_removal_answers_the_code_that_was_chosen(module: pkcs11.lib, desk: CardDesk) -> None:
    desk.removal_code("token_not_present")
    found = used_key(token(module).open(user_pin=PIN))
    desk.remove()
    with pytest.raises(pkcs11.TokenNotPresent):
        found.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS)


def test_slot_ids_change_under_an_open_session(
    module: pkcs11.lib, desk: CardDesk, pairs: tuple[CardKey, CardKey]
) -> None:
    found = key(token(module).open(user_pin=PIN), SIGN)
    other = Card(serial="8000000077", pin="4321", auth=pairs[0], sign=pairs[1])
    desk.issue(other)
    desk.move({READER: 4})
    desk.plug("Lecteur C", slot=0)
    desk.insert(other.serial, "Lecteur C")
    assert [(s.slot_id, s.get_token().serial) for s in module.get_slots()] == [
        (4, SERIAL.encode()),
        (0, other.serial.encode()),
    ]
    assert len(found.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS)) == 256
    assert desk.counters(SERIAL).sign == 1


def test_pin_asked_for_each_signature_when_the_card_wants_it(
    module: pkcs11.lib, desk: CardDesk, pairs: tuple[CardKey, CardKey]
) -> None:
    reissue(desk, pairs, always=True)
    with token(module).open(user_pin=PIN) as session:
        found = key(session, SIGN)
        assert found[Attribute.ALWAYS_AUTHENTICATE] is True
        with pytest.raises(pkcs11.UserNotLoggedIn):
            found.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS)
        assert found.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS, pin=PIN)
    assert desk.counters(SERIAL).sign == 1


def test_forked_process_starts_the_module_anew(module: pkcs11.lib) -> None:
    token(module)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            module.get_slots()
        except pkcs11.PKCS11Error as error:
            code = 7 if "initialize" in str(error).lower() else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_a_reader_without_card_shows_a_slot_without_token(module: pkcs11.lib, desk: CardDesk) -> None:
    desk.remove()
    [slot] = module.get_slots()
    assert slot.slot_description == READER
    with pytest.raises(pkcs11.TokenNotPresent):
        slot.get_token()


def test_unknown_card_is_never_inserted(desk: CardDesk) -> None:
    with pytest.raises(ValueError, match="no card"):
        desk.insert("0000000000")


def in_a_process(desk: CardDesk, *, timeout: float) -> subprocess.CompletedProcess[bytes]:
    """Log in and sign once, in a process that may not survive it."""
    code = (
        "import sys, pkcs11\n"
        "token = next(s.get_token() for s in pkcs11.lib(sys.argv[1]).get_slots(token_present=True))\n"
        "key = token.open(user_pin='1234').get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label='CPS_PRIV_SIG')\n"
        "key.sign(b'x', mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)\n"
    )
    command = [sys.executable, "-c", code, str(module_path())]
    environment = {**os.environ, ENVIRONMENT: str(desk.directory)}
    return subprocess.run(command, env=environment, capture_output=True, timeout=timeout, check=False)


@pytest.mark.parametrize(("at", "signed"), [("look", 0), ("login", 0), ("sign", 0), ("signed", 1)])
def test_a_module_that_is_to_crash_takes_its_process_down_once(desk: CardDesk, at: str, signed: int) -> None:
    desk.trouble("crash", at=at)
    assert in_a_process(desk, timeout=60).returncode == -signal.SIGABRT
    assert desk.counters(SERIAL).sign == signed
    assert desk.tries_left(SERIAL) == 3
    assert desk.troubles_left() == 0
    assert in_a_process(desk, timeout=60).returncode == 0


def test_a_module_that_is_to_hang_never_comes_back(desk: CardDesk) -> None:
    desk.trouble("hang")
    with pytest.raises(subprocess.TimeoutExpired):
        in_a_process(desk, timeout=3)
    assert desk.troubles_left() == 0
    assert desk.counters(SERIAL).sign == 0


@pytest.mark.parametrize(
    ("code", "error"), [("user_not_logged_in", pkcs11.UserNotLoggedIn), ("device_error", pkcs11.DeviceError)]
)
def test_a_card_that_was_reset_has_forgotten_its_pin(
    module: pkcs11.lib, desk: CardDesk, code: str, error: type[Exception]
) -> None:
    desk.reset_code(code)
    with token(module).open(user_pin=PIN) as session:
        signing = used_key(session)
        desk.reset()
        with pytest.raises(error):
            signing.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS)
    with token(module).open(user_pin=PIN) as session:
        assert used_key(session)


def test_a_card_that_is_reset_during_a_signature_signs_nothing(module: pkcs11.lib, desk: CardDesk) -> None:
    with token(module).open(user_pin=PIN) as session:
        signing = used_key(session)
        desk.delay(SERIAL, 2000)
        timer = Timer(0.2, desk.reset)
        timer.start()
        with pytest.raises(pkcs11.UserNotLoggedIn):
            signing.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS)
        timer.join()
    assert desk.counters(SERIAL).sign == 1


def test_an_unknown_trouble_is_refused(desk: CardDesk) -> None:
    with pytest.raises(ValueError, match="no trouble"):
        desk.trouble("smoke")


def test_the_driver_digests_with_sha1_and_sha256(module: pkcs11.lib) -> None:
    with token(module).open() as session:
        assert session.digest(MESSAGE, mechanism=Mechanism.SHA_1) == hashlib.sha1(MESSAGE).digest()
        assert session.digest(iter([MESSAGE[:4], MESSAGE[4:]]), mechanism=Mechanism.SHA256) == SHA256_OF_MESSAGE
        with pytest.raises(pkcs11.MechanismInvalid):
            session.digest(MESSAGE, mechanism=Mechanism.SHA512)


def slot_event(flags: int) -> tuple[int, int]:
    """Call C_WaitForSlotEvent, the last of the 68 functions of the list; python-pkcs11 cannot read its answer."""
    table = ctypes.POINTER(ctypes.c_void_p)()
    assert ctypes.CDLL(str(module_path())).C_GetFunctionList(ctypes.byref(table)) == 0
    wait = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_ulong, ctypes.POINTER(ctypes.c_ulong), ctypes.c_void_p)
    slot = ctypes.c_ulong(99)
    return int(wait(table[68])(flags, ctypes.byref(slot), None)), slot.value


@pytest.mark.usefixtures("module")
def test_each_card_that_comes_or_goes_is_told_once(desk: CardDesk) -> None:
    at_once, waiting, no_event = 1, 0, 8
    assert slot_event(at_once) == (no_event, 99)
    desk.remove()
    assert slot_event(at_once) == (0, 0)
    assert slot_event(at_once) == (no_event, 99)
    timer = Timer(0.3, lambda: desk.insert(SERIAL))
    timer.start()
    assert slot_event(waiting) == (0, 0)
    timer.join()
