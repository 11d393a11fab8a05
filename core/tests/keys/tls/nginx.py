"""nginx as the server of a service: it demands a certificate and writes down how each request came."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

TOOL = Path(__file__).parents[4] / "tools" / "tls_judges.sh"
_CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    log_format how '$connection $ssl_protocol $ssl_session_reused $ssl_client_verify $ssl_client_s_dn';
    access_log {folder}/access.log how;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 1000;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/server.pem;
        ssl_certificate_key {folder}/server.key;
        ssl_protocols {protocols};
        ssl_client_certificate {folder}/ca.pem;
        ssl_verify_client on;
        ssl_session_tickets {tickets};
        ssl_session_cache {cache};
        client_max_body_size 100m;
        location / {{ return 200 "$ssl_protocol\\n"; }}
    }}
}}
"""


def judges() -> tuple[Path, Path]:
    """Return nginx and OpenSSL's pkcs11 engine."""
    done = subprocess.run([str(TOOL)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    nginx, engine = done.stdout.split()
    return Path(nginx), Path(engine)


class Nginx:
    """One server, listening on loopback."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"https://127.0.0.1:{port}"
        self._folder = folder

    def seen(self) -> list[dict[str, str]]:
        """Return how each request came: connection, version of TLS, whether its session was resumed, from whom.

        Ask when the server has ended: it writes a request down some time after it has answered.
        """
        names = ("connection", "version", "resumed", "verified", "who")
        lines = (self._folder / "access.log").read_text(encoding="utf-8").splitlines()
        return [dict(zip(names, line.split(" ", 4), strict=True)) for line in lines]


@contextmanager
def serving(
    folder: Path,
    *,
    certificate: x509.Certificate,
    key: RSAPrivateKey,
    clients: str,
    protocols: str = "TLSv1.2 TLSv1.3",
    resumes: bool = True,
) -> Iterator[Nginx]:
    """Run nginx with this certificate; ``clients`` is the PEM of whose certificates it takes."""
    program, _ = judges()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ca.pem").write_text(clients)
    (folder / "server.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "server.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "access.log").touch()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    how = {"tickets": "on" if resumes else "off", "cache": "builtin" if resumes else "off"}
    text = _CONFIGURATION.format(folder=folder, port=port, protocols=protocols, **how)
    (folder / "nginx.conf").write_text(text)
    command = [str(program), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process, folder)
        yield Nginx(folder, port)
    finally:
        # In order: what was answered is written down first.
        process.send_signal(signal.SIGQUIT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    end = monotonic() + 20
    while monotonic() < end:
        assert process.poll() is None, (folder / "error.log").read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            sleep(0.02)
        else:
            return
    raise AssertionError("nginx does not listen")
