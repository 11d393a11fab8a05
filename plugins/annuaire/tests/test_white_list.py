"""The white list: read whatever its schema, refused when it was tampered with."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import pytest
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree

from caducee_annuaire.errors import TrustDataInvalid
from caducee_annuaire.trust import WhiteListed
from caducee_annuaire.white_list import read_white_list

NOW = datetime(2026, 11, 28, tzinfo=UTC)
PLAIN = """<l:ListeBlanche xmlns:l="https://listeblanche.mssante.fr/schema"><?x y?><!-- a -->
 <l:Domaine><l:Nom>medecin.mssante.fr</l:Nom></l:Domaine>
 <l:Domaine><l:Nom> HOPITAL.mssante.fr </l:Nom></l:Domaine></l:ListeBlanche>"""


def read(text: str | bytes, authorities: bytes | None = None, now: datetime = NOW) -> WhiteListed:
    return read_white_list(text if isinstance(text, bytes) else text.encode(), authorities=authorities, now=now)


class Signer:
    """An authority and a certificate of its own, whose signatures xmlsec makes."""

    def __init__(self) -> None:
        self._root_key, self._key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        self.root = self._issue("AC ESSAI", self._root_key, self._root_key)
        self._leaf = self._issue("LISTE ESSAI", self._key, self._root_key)

    @property
    def pem(self) -> bytes:
        return self.root.public_bytes(Encoding.PEM)

    def sign(self, text: str, *, exclusive: bool = True, digest: str = "SHA256") -> bytes:
        root = etree.fromstring(text.encode())
        form = xmlsec.constants.TransformExclC14N if exclusive else xmlsec.constants.TransformInclC14N
        node = xmlsec.template.create(root, form, getattr(xmlsec.constants, f"TransformRsa{digest.title()}"))
        root.insert(1, node)
        node.tail = "\n text after "
        reference = xmlsec.template.add_reference(node, getattr(xmlsec.constants, f"Transform{digest.title()}"), uri="")
        xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
        if exclusive:
            xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)
        xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(node))
        context = xmlsec.SignatureContext()
        private = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        context.key = xmlsec.Key.from_memory(private, xmlsec.constants.KeyDataFormatPem)
        context.key.load_cert_from_memory(self._leaf.public_bytes(Encoding.PEM), xmlsec.constants.KeyDataFormatPem)
        context.sign(node)
        return etree.tostring(root)

    @staticmethod
    def _issue(name: str, key: rsa.RSAPrivateKey, by: rsa.RSAPrivateKey) -> x509.Certificate:
        subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in (name, "AC ESSAI"))
        builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        return (
            builder.not_valid_before(NOW - timedelta(days=1))
            .not_valid_after(NOW + timedelta(days=30))
            .sign(by, hashes.SHA256())
        )


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


def refusal(text: str | bytes, authorities: bytes | None = None, now: datetime = NOW) -> str:
    with pytest.raises(TrustDataInvalid) as caught:
        read(text, authorities, now)
    return caught.value.findings[0].message


@pytest.mark.parametrize("prefix", ["l:", ""])
def test_domains_are_read_whatever_the_prefix(prefix: str) -> None:
    text = (
        PLAIN.replace("l:", prefix).replace("xmlns:=", "xmlns=").replace("xmlns:l=", "xmlns:l=" if prefix else "xmlns=")
    )
    listed = read(text)
    assert len(listed) == 2
    assert listed.trusts("hopital.mssante.fr")


def test_the_form_of_the_sister_list_is_read() -> None:
    text = """<L><Domaine><identifiant>12</identifiant><denomination>x.mssante.fr</denomination>
      <DNCertificatOperateur><CN>autre.mssante.fr</CN></DNCertificatOperateur></Domaine></L>"""
    listed = read(text)
    assert listed.trusts("x.mssante.fr")
    assert not listed.trusts("autre.mssante.fr")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<a>",
        "<a/>",
        "<L><Domaine><Nom>pas un domaine</Nom></Domaine></L>",
        '<!DOCTYPE L [<!ENTITY x "medecin.mssante.fr">]><L><Domaine><Nom>&x;</Nom></Domaine></L>',
    ],
)
def test_what_is_no_list_is_refused(text: str) -> None:
    assert refusal(text)


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize("digest", ["SHA256", "SHA512"])
def test_a_signed_list_is_verified(signer: Signer, exclusive: bool, digest: str) -> None:
    signed = signer.sign(PLAIN, exclusive=exclusive, digest=digest)
    assert len(read(signed, signer.pem)) == 2


def test_a_changed_list_is_refused(signer: Signer) -> None:
    changed = signer.sign(PLAIN).replace(b"medecin.mssante.fr", b"medecin.exemple.fr")
    assert "modifiés" in refusal(changed, signer.pem)


def test_a_changed_signature_is_refused(signer: Signer) -> None:
    root = etree.fromstring(signer.sign(PLAIN))
    value = next(root.iter("{*}SignatureValue"))
    assert value.text
    value.text = ("B" if value.text[0] != "B" else "C") + value.text[1:]
    assert "modifiés" in refusal(etree.tostring(root), signer.pem)


def test_a_certificate_that_is_none_is_refused(signer: Signer) -> None:
    root = etree.fromstring(signer.sign(PLAIN))
    next(root.iter("{*}X509Certificate")).text = "AAAA"
    assert "certificat manque" in refusal(etree.tostring(root), signer.pem)


def test_a_list_of_another_authority_is_refused(signer: Signer) -> None:
    assert "autorité inconnue" in refusal(signer.sign(PLAIN), Signer().pem)


def test_an_expired_certificate_is_refused(signer: Signer) -> None:
    assert "périmé" in refusal(signer.sign(PLAIN), signer.pem, NOW + timedelta(days=60))


def test_an_unsigned_list_is_refused_when_a_signature_is_asked_for(signer: Signer) -> None:
    assert "Elle manque" in refusal(PLAIN, signer.pem)


def test_sha1_is_refused(signer: Signer) -> None:
    weak = signer.sign(PLAIN).replace(
        b"http://www.w3.org/2001/04/xmlenc#sha256", b"http://www.w3.org/2000/09/xmldsig#sha1"
    )
    assert "pas admis" in refusal(weak, signer.pem)


def test_a_domain_outside_what_is_signed_is_refused(signer: Signer) -> None:
    signed = signer.sign(PLAIN).decode()
    wrapped = f"<M><Domaine><Nom>pirate.example</Nom></Domaine>{signed}</M>"
    assert "ne couvre pas" in refusal(wrapped, signer.pem)


def test_a_signature_of_a_part_is_refused(signer: Signer) -> None:
    assert "tout le document" in refusal(signer.sign(PLAIN).replace(b'URI=""', b'URI="#a"'), signer.pem)


def test_without_authorities_a_signature_is_not_looked_at(signer: Signer) -> None:
    assert len(read(signer.sign(PLAIN).replace(b"medecin.mssante.fr", b"autre.mssante.fr"))) == 2


def test_without_the_extra_a_signature_that_is_asked_for_is_not_taken_on_trust(
    signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xmlsec", None)
    assert "caducee[verify]" in refusal(signer.sign(PLAIN), signer.pem)
