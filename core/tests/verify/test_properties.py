from __future__ import annotations

import pytest
from cryptography import x509
from lxml import etree

from caducee.errors import SignatureFlaw, SignatureInvalid
from caducee.verify import verify
from caducee.verify.properties import REVERSED, check_properties, same_serial
from caducee.verify.signer import SignerCertificate
from caducee.wire.dsg import DsgWriter, SignedDocument

from .signed import NOW, SERIAL, Party

RIGHT = "CN=AC Été #1,2.5.4.97=NTRFR-123,O=ESSAI\\, Santé & Fils,C=FR"
TURNED = "C=FR,O=ESSAI\\, Santé & Fils,2.5.4.97=NTRFR-123,CN=AC Été #1"


@pytest.fixture(scope="module")
def party() -> Party:
    return Party()


@pytest.mark.parametrize(
    "issuer", [RIGHT, RIGHT.replace("NTRFR-123", "#13094e545246522d313233"), RIGHT.replace(",", ", ")]
)
def test_an_issuer_is_compared_by_what_it_says(party: Party, issuer: str) -> None:
    document = party.sign(named=issuer)
    assert verify(document, authorities=party.authorities, now=NOW).warnings == ()


def test_the_other_order_is_let_pass_with_a_warning(party: Party) -> None:
    assert verify(party.sign(named=TURNED), authorities=party.authorities, now=NOW).warnings == (REVERSED,)


@pytest.mark.parametrize("issuer", ["CN=AC Été #2,C=FR", "n'importe quoi"])
def test_another_issuer_is_refused(party: Party, issuer: str) -> None:
    with pytest.raises(SignatureInvalid) as caught:
        verify(party.sign(named=issuer), authorities=party.authorities, now=NOW)
    assert caught.value.flaw is SignatureFlaw.PROPERTIES


def test_another_certificate_is_refused_whatever_its_name(party: Party) -> None:
    signature = etree.fromstring(party.sign(named=RIGHT)).find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    assert signature is not None
    other = Party()
    with pytest.raises(SignatureInvalid, match="digest"):
        check_properties(signature, SignerCertificate(other.leaf, other.der))


@pytest.mark.parametrize(
    ("written", "same"),
    [(str(SERIAL), True), (f" {SERIAL}\n", True), (hex(SERIAL), False), (str(SERIAL - (1 << 128)), False), ("", False)],
)
def test_a_serial_number_is_decimal_and_positive(written: str, same: bool) -> None:
    assert same_serial(written, SERIAL) is same


def test_a_serial_number_may_be_short() -> None:
    assert same_serial("7", 7)


@pytest.mark.parametrize(("dropped", "held"), [(("Name", "SerialNumber"), True), (("Name",), False), ((), True)])
def test_the_digest_alone_names_a_certificate_but_half_a_name_does_not(
    party: Party, dropped: tuple[str, ...], held: bool
) -> None:
    signature = etree.fromstring(party.sign(named=RIGHT)).find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    assert signature is not None
    for name in dropped:
        (element,) = signature.iter(f"{{*}}X509{'Issuer' if name == 'Name' else ''}{name}")
        around = element.getparent()
        assert around is not None
        around.remove(element)
    signer = SignerCertificate(party.leaf, party.der)
    if held:
        assert check_properties(signature, signer) == ()
    else:
        with pytest.raises(SignatureInvalid, match="issuer or serial"):
            check_properties(signature, signer)


@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_our_own_signature_of_a_set_names_its_certificate(party: Party, digest: str) -> None:
    writer = DsgWriter("sha1" if digest == "sha1" else "sha256")
    document = SignedDocument(unique_id="1.2.3", sha1=bytes(20), sha256=bytes(32))
    prepared = writer.prepare(set_id="1.2.4", documents=(document,), certificate=party.der, signing_time=NOW)
    root = etree.fromstring(prepared.finish(b"x"))
    named = x509.load_der_x509_certificate(party.der)
    assert check_properties(root, SignerCertificate(named, party.der)) == ()
    assert root.findtext(".//{*}IssuerSerial/{*}X509SerialNumber") == str(SERIAL)
