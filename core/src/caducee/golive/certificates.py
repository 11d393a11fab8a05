"""Whether key files and pinned authorities belong to the environment: test ones never reach a real record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from caducee.config import Config, Pkcs12Config, TrustConfig
from caducee.errors import ConfigError, Finding
from caducee.golive.finding import lacking
from caducee.model.environment import Environment

_WHO = "l'ANS (IGC-Santé)"
_SIMULATED = "ESSAI"
# The one test authority that public texts name is called "TEST AC …". That all of them are is assumed.
_TEST = "TEST "


def unfit_certificates(config: Config, certificate: Callable[[str], bytes]) -> Iterator[Finding]:
    """Look at the certificate and the authorities of each key file.

    Refused outside the sandbox: what the simulated authorities issued, and what cannot be opened. Refused in
    production: what a test authority issued.
    """
    for name, credential in config.credentials.items():
        if isinstance(credential, Pkcs12Config):
            yield from _own(config, name, certificate)
            yield from _pinned(config, name, credential.authorities)
        elif isinstance(credential, TrustConfig):
            yield from _pinned(config, name, credential.authorities)


def _own(config: Config, name: str, certificate: Callable[[str], bytes]) -> Iterator[Finding]:
    try:
        issuer = x509.load_der_x509_certificate(certificate(name)).issuer
    except ConfigError as error:
        yield from error.findings
        return
    except ValueError:
        # The parser is strict and cards of some years are not: a name that cannot be read accuses nobody.
        return
    if _is_of_tests(config, issuer):
        yield lacking(config, f"credentials.{name}.file", "Un certificat de la vraie IGC-Santé.", _WHO)


def _pinned(config: Config, name: str, authorities: Path | None) -> Iterator[Finding]:
    if authorities is None:
        return
    field = f"credentials.{name}.authorities"
    try:
        pinned = x509.load_pem_x509_certificates(authorities.read_bytes())
    except (OSError, ValueError):
        yield lacking(config, field, "Une liste lisible de certificats d'autorités (PEM).", _WHO)
        return
    if any(_is_of_tests(config, one.subject) for one in pinned):
        yield lacking(config, field, "Les seuls certificats des vraies autorités de l'IGC-Santé.", _WHO)


def _is_of_tests(config: Config, name: x509.Name) -> bool:
    def texts(kind: x509.ObjectIdentifier) -> Iterator[str]:
        return (str(attribute.value).upper() for attribute in name.get_attributes_for_oid(kind))

    if _SIMULATED in texts(NameOID.ORGANIZATION_NAME):
        return True
    production = config.kernel.environment is Environment.PRODUCTION
    return production and any(text.startswith(_TEST) for text in texts(NameOID.COMMON_NAME))
