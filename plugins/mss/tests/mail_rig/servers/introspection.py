"""Answers the operator's question whether a token lives (RFC 7662)."""

from __future__ import annotations

import http.server
import json
import threading
import urllib.parse
from collections.abc import MutableMapping

MOREAU = "alice.moreau@medecin.test.mssante.fr"
TOKEN = "jeton-moreau"


class Introspection:
    """A small HTTP server in a thread; ``boxes`` maps tokens to addresses."""

    def __init__(self, boxes: MutableMapping[str, str] | None = None) -> None:
        self.boxes = {TOKEN: MOREAU} if boxes is None else boxes
        boxes = self.boxes

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                box = boxes.get(form.get("token", [""])[0])
                body = json.dumps({"active": True, "box": box} if box else {"active": False}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Tokens stay out of logs."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
