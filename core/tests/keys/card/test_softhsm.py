"""The same client on SoftHSM2, judged by cryptography and by openssl: the module is not one of ours."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from caducee.clock import SystemClock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import AmbiguousCard, MechanismMissing, PinWrong
from caducee.keys.card.access import Card
from caducee.keys.card.process import CardProcess
from caducee.keys.card.signer import CardSigner
from caducee.wire.ecdsa import to_der

pytestmark = pytest.mark.anyio
MESSAGE = b"<SignedInfo/>"
TOOL = Path(__file__).parents[4] / "tools" / "softhsm.sh"

# Makes one token that looks like a card. In a process of its own: SoftHSM reads its configuration once.
MAKE_TOKEN = """
import ctypes, sys, pkcs11
from pkcs11 import Attribute
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate
module, label, pin, key_file, certificate_file, kind = sys.argv[1:]
library = pkcs11.lib(module)
blank = [s for s in library.get_slots() if pkcs11.TokenFlag.TOKEN_INITIALIZED not in s.get_token().flags][0]
so_pin = b"12345678"
slot = ctypes.c_ulong(blank.slot_id)
made = ctypes.CDLL(module).C_InitToken(slot, so_pin, ctypes.c_ulong(8), label.ljust(32).encode())
assert made == 0, made
library.reinitialize()
token = [t for t in library.get_tokens(token_label=label) if pkcs11.TokenFlag.USER_PIN_INITIALIZED not in t.flags][0]
with token.open(rw=True, so_pin=so_pin.decode()) as session:
    session.init_pin(pin)
kept = {Attribute.TOKEN: True, Attribute.ID: b"\\x02"}
decode = decode_ec_private_key if kind == "ec" else decode_rsa_private_key
key = decode(open(key_file, "rb").read()) | kept
key |= {Attribute.LABEL: "CPS_PRIV_SIG", Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.SIGN: True}
certificate = decode_x509_certificate(open(certificate_file, "rb").read()) | kept
certificate |= {Attribute.LABEL: "Certificat de Signature CPS"}
with token.open(rw=True, user_pin=pin) as session:
    session.create_object(key)
    session.create_object(certificate)
print(token.serial.decode())
"""


@pytest.fixture(scope="module")
def module() -> str:
    done = subprocess.run([TOOL], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def make_token(module, tmp_path, authority, monkeypatch):
    (tmp_path / "tokens").mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))

    def make(doctor, *, kind="rsa"):
        pair = doctor.card(authority).sign if kind == "rsa" else elliptic(doctor)
        key, certificate = tmp_path / "key.der", tmp_path / "certificate.der"
        key.write_bytes(pair.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
        certificate.write_bytes(pair.certificate.public_bytes(Encoding.DER))
        program = [sys.executable, "-c", MAKE_TOKEN, module, "CPS-ESSAI", doctor.pin, key, certificate, kind]
        done = subprocess.run(program, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return make


class Pair(NamedTuple):
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def elliptic(doctor):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, doctor.identifier)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    dated = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    return Pair(key, dated.sign(key, hashes.SHA256()))


@pytest.fixture
def token_card(module, make_token):
    process = CardProcess(module, environment={}, timeout=20)
    yield lambda **options: Card(process, clock=SystemClock(), **options)
    process.stop()


@pytest.mark.parametrize(
    ("algorithm", "digest", "name"),
    [
        (SignatureAlgorithm.RSA_SHA1, hashes.SHA1(), "sha1"),
        (SignatureAlgorithm.RSA_SHA256, hashes.SHA256(), "sha256"),
    ],
)
async def test_signatures_are_verified_by_cryptography_and_openssl(
    token_card, make_token, roux, tmp_path, algorithm, digest, name
):
    make_token(roux)
    card = token_card()
    await card.open(roux.pin)
    signer = CardSigner(card, roux.identifier, clock=SystemClock())
    signature = await signer.sign(MESSAGE, algorithm)
    public = x509.load_der_x509_certificate(await signer.certificate()).public_key()
    public.verify(signature, MESSAGE, padding.PKCS1v15(), digest)
    (tmp_path / "public.pem").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "signature").write_bytes(signature)
    (tmp_path / "message").write_bytes(MESSAGE)
    command = ["openssl", "dgst", f"-{name}", "-verify", "public.pem", "-signature", "signature", "message"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "Verified OK", done.stderr


async def test_an_elliptic_key_gives_r_followed_by_s(token_card, make_token, roux):
    make_token(roux, kind="ec")
    card = token_card()
    await card.open(roux.pin)
    signer = CardSigner(card, roux.identifier, clock=SystemClock())
    public = x509.load_der_x509_certificate(await signer.certificate()).public_key()
    for _ in range(8):  # DER has this width too once in a while
        signature = await signer.sign(MESSAGE, SignatureAlgorithm.ECDSA_SHA256)
        assert len(signature) == 64
        public.verify(to_der(signature, 256), MESSAGE, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(MechanismMissing):
        await signer.sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)


async def test_an_rsa_key_is_not_asked_for_an_elliptic_signature(token_card, make_token, roux):
    make_token(roux)
    signer = CardSigner(token_card(), roux.identifier, clock=SystemClock())
    with pytest.raises(MechanismMissing):
        await signer.sign(MESSAGE, SignatureAlgorithm.ECDSA_SHA256)


async def test_three_tokens_of_one_label_are_told_apart(token_card, make_token, roux, lenoir):
    petit = type(roux)("-", "2222", "899700000033", "PETIT", "ALIX")
    serials = {doctor: make_token(doctor) for doctor in (roux, lenoir, petit)}
    with pytest.raises(AmbiguousCard) as caught:
        await token_card().holder()
    assert set(caught.value.serials) == set(serials.values())
    for doctor, serial in serials.items():
        assert (await token_card(serial=serial).holder()).identifier == doctor.identifier
        card, _ = await token_card().find(doctor.identifier)
        assert card.serial == serial


async def test_a_wrong_pin_is_told_with_what_the_flags_say(token_card, make_token, roux):
    make_token(roux)
    with pytest.raises(PinWrong) as caught:
        await token_card().open("0000")
    assert caught.value.tries_left == 2
