"""Keys by the name of their configuration, checked against who should hold them."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from caducee.clock import SystemClock
from caducee.config import Config, Pkcs11Config, Pkcs12Config, PractitionerConfig, Secrets, StructureConfig, TrustConfig
from caducee.config.model import DocumentsConfig, KernelConfig
from caducee.config.secrets import Secret
from caducee.contracts.credentials import CardAccess, Credentials
from caducee.contracts.signer import RSA_ALGORITHMS, SignatureAlgorithm
from caducee.errors import CardAbsent, CertificateExpired, CertificateUntrusted, ConfigError, OtherCard
from caducee.keys.certificate import Certificate
from caducee.keys.credentials import ConfiguredCredentials
from caducee.model.codes import Code
from caducee.model.environment import Environment
from caducee.model.practice import Organisation, Practitioner
from caducee_sandbox.cards import ENVIRONMENT, module_path

pytestmark = pytest.mark.anyio
PASSWORD = b"motdepasse"
CODE = Code("10", "1.2.3", "Médecin")


class Roster:
    def practitioner(self, key):
        if key != "roux":
            raise ConfigError(())
        organisation = Organisation(identifier="499700000017001", name="Cabinet", sector=CODE, setting=CODE)
        return Practitioner(
            identifier="899700000017",
            family_name="ROUX",
            given_name="Camille",
            profession=CODE,
            specialty=CODE,
            author_specialty=CODE,
            organisation=organisation,
        )


def practitioner_config(signature, authentication):
    structure = StructureConfig(identifier="499700000017001", name="Cabinet", sector="SA07", setting="AMBULATOIRE")
    return PractitionerConfig(
        identifier="899700000017",
        family_name="ROUX",
        given_name="Camille",
        profession="10",
        specialty="SM26",
        structure=structure,
        signature=signature,
        authentication=authentication,
    )


@pytest.fixture
def folder(tmp_path, authority, roux, lenoir):
    """Key files: valid, of another professional, expired; and a bundle of authorities."""
    long_ago = datetime.now(UTC) - timedelta(days=30)
    files = {
        "roux_auth": authority.pkcs12(roux.name, PASSWORD),
        "lenoir_auth": authority.pkcs12(lenoir.name, PASSWORD),
        "expired": authority.pkcs12(roux.name, PASSWORD, begins=long_ago, days=1),
        "broken": b"not a PKCS#12 file",
    }
    for name, content in files.items():
        (tmp_path / f"{name}.p12").write_bytes(content)
    (tmp_path / "ca.pem").write_text(authority.pem)
    (tmp_path / "password").write_bytes(PASSWORD + b"\n")
    (tmp_path / "password").chmod(0o600)
    return tmp_path


@pytest.fixture
def make(folder, desk):
    """Credentials of Dr Roux, with the named credentials for signature and authentication."""
    made = []

    def credential(name, **changes):
        values = {
            "file": folder / f"{name}.p12",
            "password": Secret(file=folder / "password"),
            "authorities": folder / "ca.pem",
        }
        return Pkcs12Config(**(values | changes))

    def configure(signature="card", authentication="card", **options):
        keys = {name: credential(name) for name in ("roux_auth", "lenoir_auth", "expired", "broken", "absent")}
        keys["alone"] = credential("roux_auth", authorities=None)
        keys["badly_trusted"] = credential("roux_auth", authorities=folder / "password")
        at_desk = {"module": module_path(), "env": {ENVIRONMENT: str(desk.directory)}}
        keys["card"] = Pkcs11Config(**at_desk, authorities=folder / "ca.pem")
        keys["alone_card"] = Pkcs11Config(**at_desk)
        keys["trust"] = TrustConfig(authorities=folder / "ca.pem")
        keys["no_module"] = Pkcs11Config(module=Path("/nowhere/module.so"))
        store_key = Secret(file=folder / "password")
        config = Config(
            kernel=KernelConfig(
                environment=Environment.SANDBOX,
                data_dir=folder,
                tenant="cabinet",
                plugins=(),
                store_key=store_key,
            ),
            documents=DocumentsConfig(oid_root="1.2.250.1.999.1"),
            practitioner={"roux": practitioner_config(signature, authentication)},
            credentials=keys,
        )
        made.append(ConfiguredCredentials(config, Roster(), secrets=Secrets(), clock=SystemClock(), **options))
        return made[-1]

    yield configure
    for credentials in made:
        for card in credentials._cards.values():
            card._process.stop()


def test_it_is_what_plugins_ask_for(make):
    credentials: Credentials = make()
    card: CardAccess = make().card("card")
    assert credentials.practitioner("roux").family_name == "ROUX"
    assert card is not None


async def test_a_card_signs_for_its_holder(make, desk, roux):
    credentials = make()
    await credentials.card("card").open(roux.pin)
    signer = await credentials.signer("roux")
    await signer.sign(b"x", SignatureAlgorithm.RSA_SHA256)
    assert desk.counters(roux.serial).sign == 1
    await credentials.aclose()


async def test_the_absence_of_the_card_is_said_before_anything_is_signed(make, desk, lenoir):
    desk.remove()
    with pytest.raises(CardAbsent):
        await make().signer("roux")
    desk.insert(lenoir.serial)
    with pytest.raises(OtherCard):
        await make().signer("roux")


async def test_an_expired_card_signs_nothing(make, desk, roux, authority):
    class NextYear(SystemClock):
        def now(self):
            return super().now() + timedelta(days=365)

    credentials = make()
    credentials._clock = NextYear()
    with pytest.raises(CertificateExpired):
        await credentials.signer("roux")


async def test_a_key_file_signs_for_its_holder_only(make):
    assert (await make(signature="roux_auth").signer("roux")).algorithms == RSA_ALGORITHMS
    with pytest.raises(CertificateUntrusted):
        await make(signature="lenoir_auth").signer("roux")


def test_tls_shows_the_certificate_that_is_named(make):
    context = make().tls("roux_auth")
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    [authority] = context.get_ca_certs()
    assert authority["subject"] == ((("commonName", "AC DE TEST"),),)


def test_a_professional_authenticates_with_a_card_and_no_file(make):
    credentials = make()
    assert credentials.tls_for("roux") is credentials.tls_for("roux")
    with pytest.raises(ConfigError) as caught:
        make(authentication="roux_auth").tls_for("roux")
    assert [f.field for f in caught.value.findings] == ["credentials.roux_auth.kind"]


def test_a_card_that_authenticates_needs_the_authorities_of_the_servers(make):
    with pytest.raises(ConfigError) as caught:
        make(authentication="alone_card").tls_for("roux")
    assert [f.field for f in caught.value.findings] == ["credentials.alone_card.authorities"]


async def test_the_subject_is_that_of_the_authentication_certificate_of_the_card_that_is_there(make, desk, roux):
    printed = await make().subject_dn("roux")
    assert "GN=CAMILLE" in printed
    assert printed.endswith(",C=FR")
    desk.remove()
    with pytest.raises(CardAbsent):
        await make().subject_dn("roux")


def test_an_expired_certificate_is_refused_before_it_is_used(make):
    with pytest.raises(CertificateExpired):
        make().tls("expired")


def test_a_certificate_may_be_looked_at_whatever_its_dates(make, roux):
    credentials = make()
    for name in ("roux_auth", "expired"):
        assert Certificate(credentials.certificate(name)).holder().identifier == roux.identifier
    with pytest.raises(ConfigError):
        credentials.certificate("broken")


@pytest.mark.parametrize(
    ("credential", "key"),
    [
        ("broken", "credentials.broken.file"),
        ("absent", "credentials.absent.file"),
        ("alone", "credentials.alone.authorities"),
        ("badly_trusted", "credentials.badly_trusted.authorities"),
        ("card", "credentials.card.kind"),
        ("unknown", "credentials.unknown.kind"),
    ],
)
def test_what_cannot_be_used_for_tls_names_its_key(make, credential, key):
    with pytest.raises(ConfigError) as caught:
        make().tls(credential)
    [finding] = caught.value.findings
    assert finding.field == key
    assert finding.source == "caducee.toml"


@pytest.mark.parametrize(
    ("credential", "key"),
    [("no_module", "credentials.no_module.module"), ("roux_auth", "credentials.roux_auth.kind")],
)
def test_what_is_not_a_card_names_its_key(make, credential, key):
    with pytest.raises(ConfigError) as caught:
        make().card(credential)
    assert [f.field for f in caught.value.findings] == [key]


async def test_a_professional_without_a_key_is_told_which_is_missing(make):
    with pytest.raises(ConfigError) as caught:
        await make(signature=None).signer("roux")
    assert [f.field for f in caught.value.findings] == ["practitioner.roux.signature"]
    with pytest.raises(ConfigError):
        make(authentication=None).tls_for("roux")
    with pytest.raises(ConfigError):
        await make().signer("nobody")


def test_the_password_of_a_key_file_is_never_shown(make):
    with pytest.raises(ConfigError) as caught:
        make().tls("broken")
    assert PASSWORD.decode() not in f"{caught.value!r}{caught.value}{caught.value.explain()}{make()!r}"


def test_the_cards_are_listed(make):
    assert make().card_credentials() == ("card", "alone_card", "no_module")


def test_authorities_without_a_key_give_tls_without_a_certificate(make, authority):
    context = make().tls("trust")
    assert [one["subject"] for one in context.get_ca_certs()] != []
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert make().authorities("trust") == authority.pem.encode()


def test_authorities_alone_hold_no_certificate_and_no_seal(make):
    with pytest.raises(ConfigError):
        make().certificate("trust")
