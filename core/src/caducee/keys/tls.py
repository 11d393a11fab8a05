"""TLS client contexts: our certificate, the server's pinned authorities, and nothing weaker than TLS 1.2."""

from __future__ import annotations

import os
import secrets
import ssl
import tempfile
from pathlib import Path

from caducee.keys.software import SoftwareKey

# The suites of the DMP for TLS 1.2 (PDT-INF-579); those of TLS 1.3 are OpenSSL's own.
_SUITES = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-SHA384"


def client_context(key: SoftwareKey | None, authorities: str) -> ssl.SSLContext:
    """Return a context that shows this certificate, if any, and trusts these authorities only.

    ``authorities`` is a bundle of PEM certificates; the machine's own store is never consulted.

    Raises:
        ValueError: no authority in the bundle.
        ssl.SSLError: the key and the certificate do not fit each other.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_SUITES)
    try:
        context.load_verify_locations(cadata=authorities)
    except ssl.SSLError as error:
        raise ValueError("no authority in the bundle") from error
    if not context.get_ca_certs():
        raise ValueError("no authority in the bundle")
    if key is not None:
        _show(context, key)
    return context


def _show(context: ssl.SSLContext, key: SoftwareKey) -> None:
    # ssl reads keys from files only: this one is ours alone, encrypted under a password that nobody else has, and
    # gone as soon as it is read.
    password = secrets.token_hex(32).encode()
    handle, name = tempfile.mkstemp(suffix=".pem")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key.sealed_pem(password))
        context.load_cert_chain(name, password=password)
    finally:
        Path(name).unlink()
