"""curl and OpenSSL's pkcs11 engine use the same card on the same server: they find what our client finds."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from caducee_sandbox.cards import ENVIRONMENT, module_path

from .nginx import judges

pytestmark = pytest.mark.anyio


def curl(url, *, desk, folder, authority, roux, tls, algorithms):
    """Ask with the card through the engine; its certificate is given as a file."""
    _, engine = judges()
    configuration = folder / "openssl.cnf"
    configuration.write_text(
        "openssl_conf = init\n[init]\nengines = engines\nssl_conf = ssl\n[ssl]\nsystem_default = signing\n"
        f"[signing]\nSignatureAlgorithms = {algorithms}\n[engines]\npkcs11 = pkcs11\n[pkcs11]\nengine_id = pkcs11\n"
        f"dynamic_path = {engine}\nMODULE_PATH = {module_path()}\ninit = 0\n"
    )
    (folder / "ca.pem").write_text(authority.pem)
    certificate = Path(desk.directory, "cards", roux.serial, "auth.cert.der")
    key = f"pkcs11:serial={roux.serial};object=CPS_PRIV_AUT;type=private;pin-value={roux.pin}"
    command = ["curl", "--silent", "--show-error", "--cacert", str(folder / "ca.pem"), "--engine", "pkcs11"]
    command += ["--key-type", "ENG", "--key", key, "--cert-type", "DER", "--cert", str(certificate)]
    command += ["--tls-max", tls, url, url]
    environment = {"OPENSSL_CONF": str(configuration), ENVIRONMENT: str(desk.directory), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)


@pytest.mark.parametrize(("level", "tls"), [(3, "1.2"), (4, "1.2"), (4, "1.3")])
async def test_curl_with_the_engine_and_our_client_agree(
    nginx, identity, client, desk, roux, authority, tmp_path, level, tls
):
    desk.issue(roux.card(authority, generation=level))
    protocols = "TLSv1.2" if tls == "1.2" else "TLSv1.2 TLSv1.3"
    with nginx(protocols=protocols) as server:
        # OpenSSL does not ask what a token can do: of a CPS3 it would want PSS, in TLS 1.2 too.
        algorithms = "RSA+SHA256" if level == 3 else "RSA-PSS+SHA256:RSA+SHA256"
        told = {"authority": authority, "roux": roux, "tls": tls, "algorithms": algorithms}
        done = curl(server.url, desk=desk, folder=tmp_path, **told)
        assert done.returncode == 0, done.stderr
        spent = desk.counters(roux.serial).sign
        async with client(server.url, identity()) as http:
            for _ in range(2):
                await http.get("")
    theirs, again, ours, too = server.seen()
    said = ("version", "verified", "who", "resumed")
    assert [theirs[name] for name in said] == [ours[name] for name in said]
    assert (again["connection"], too["connection"]) == (theirs["connection"], ours["connection"])
    assert desk.counters(roux.serial).sign - spent == spent == 1
