"""Chromium without a window, used as a person does: the mouse clicks, the keyboard types (DevTools, by a pipe)."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1000,760",
    "--remote-debugging-pipe",
)  # fmt: skip
WAITING = 30.0
# Chromium reads what it is told at 3 and answers at 4, whatever numbers the pipes have here.
_AT_ITS_NUMBERS = (
    sys.executable,
    "-c",
    "import fcntl, os, sys\n"
    "ends = [fcntl.fcntl(int(one), fcntl.F_DUPFD, 20) for one in sys.argv[1:3]]\n"
    "for number, end in zip((3, 4), ends):\n"
    "    os.dup2(end, number)\n"
    "os.execvp(sys.argv[3], sys.argv[3:])",
)
_PLACE = """(() => {
  const one = [...document.querySelectorAll(%s)].find((e) => !%s || e.textContent.trim() === %s);
  if (!one) return null;
  one.scrollIntoView({block: 'center'});
  const box = one.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
})()"""

_THERE = """(() => {
  const field = document.querySelector('[autofocus]');
  return !window.before && document.readyState === 'complete' && (!field || document.activeElement === field);
})()"""


class Page:
    """The page that is open."""

    def __init__(self, browser: _Pipe, session: str) -> None:
        self._browser = browser
        self._session = session

    def open(self, address: str) -> None:
        """Go to an address, and wait until it is loaded."""
        with self._leading_on():
            self._call("Page.navigate", url=address)

    def click(self, selector: str, text: str = "") -> None:
        """Click in the middle of an element; ``text`` says which of several.

        Raises:
            LookupError: there is none, or it is not what a person sees there.
        """
        x, y = self._place(selector, text)
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def sent(self, selector: str, text: str = "") -> None:
        """Click what leads to another page, and wait for it."""
        with self._leading_on():
            self.click(selector, text)

    def type(self, text: str) -> None:
        """Type where the cursor is."""
        for character in text:
            self._call("Input.dispatchKeyEvent", type="char", text=character)

    def enter(self) -> None:
        """Press Enter, and wait for the page that it leads to."""
        with self._leading_on():
            self._press("Enter", 13, text="\r")

    def choose(self, selector: str, word: str) -> None:
        """Choose in a list by the arrows of the keyboard, as a person who does not use the mouse.

        Raises:
            LookupError: the list does not offer it.
        """
        found = json.dumps(selector)
        words = self.evaluate(f"[...document.querySelector({found}).options].map((o) => o.textContent)")
        self.evaluate(f"document.querySelector({found}).focus()")
        for _ in words:
            self._press("ArrowUp", 38)
        for _ in range(words.index(word) if word in words else 0):
            self._press("ArrowDown", 40)
        chosen = self.evaluate(f"document.querySelector({found}).selectedOptions[0].textContent")
        if chosen != word:
            raise LookupError(f"{selector} offers {words}; {chosen} is chosen")

    def widen(self, width: int) -> None:
        """Show the page on a screen so many CSS pixels wide."""
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)

    def printed(self) -> bytes:
        """Return the PDF that the browser would send to the printer, on the paper that the page asks for."""
        sent = self._call("Page.printToPDF", preferCSSPageSize=True, paperWidth=8.27, paperHeight=11.69)
        return base64.b64decode(sent["data"])

    def source(self) -> str:
        """Return the document as it is now, with what was typed in it."""
        return str(self.evaluate("document.documentElement.outerHTML"))

    def value(self, selector: str) -> str:
        """Return what a field holds."""
        return str(self.evaluate(f"document.querySelector({json.dumps(selector)}).value"))

    def picture(self) -> Image.Image:
        """Take a picture of what is seen."""
        shot = self._call("Page.captureScreenshot", format="png")
        return Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGB")

    def evaluate(self, expression: str) -> Any:
        """Ask the page."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise LookupError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    @contextmanager
    def _leading_on(self) -> Iterator[None]:
        """Wait until another page is there in whole, with the cursor where that page puts it."""
        self.evaluate("window.before = true")
        yield
        ended = time.monotonic() + WAITING
        while not self._is_there():
            assert time.monotonic() < ended, "the page did not come"
            time.sleep(0.02)

    def _is_there(self) -> bool:
        try:
            return bool(self.evaluate(_THERE))
        except LookupError:  # between two pages there is none to ask
            return False

    def _press(self, key: str, code: int, **more: str) -> None:
        named = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self._call("Input.dispatchKeyEvent", type="keyDown", **named, **more)
        self._call("Input.dispatchKeyEvent", type="keyUp", **named)

    def _place(self, selector: str, text: str) -> tuple[float, float]:
        asked = _PLACE % (json.dumps(selector), json.dumps(text), json.dumps(text))
        found = self.evaluate(asked)
        if found is None:
            raise LookupError(f"nothing to click at {selector} {text}")
        x, y = found
        there = f"document.elementFromPoint({x}, {y})?.closest({json.dumps(selector)}) != null"
        if not self.evaluate(there):
            raise LookupError(f"{selector} {text} is behind something else")
        return x, y

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.call(method, parameters, session=self._session)


class _Pipe:
    """Commands to the browser and what it says, each ended by a zero byte."""

    def __init__(self, writing: int, reading: int) -> None:
        self._writing = writing
        self._reading = reading
        self._rest = b""
        self._last = 0

    def call(self, method: str, parameters: dict[str, Any], *, session: str = "") -> dict[str, Any]:
        self._last += 1
        asked = {"id": self._last, "method": method, "params": parameters}
        content = json.dumps({**asked, "sessionId": session} if session else asked).encode()
        os.write(self._writing, content + b"\0")
        while True:
            said = self._read()
            if said.get("id") == self._last:
                if "error" in said:
                    raise LookupError(said["error"]["message"])
                result: dict[str, Any] = said["result"]
                return result

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            arrived = os.read(self._reading, 1 << 16)
            assert arrived, "the browser ended"
            self._rest += arrived
        one, _, self._rest = self._rest.partition(b"\0")
        said: dict[str, Any] = json.loads(one)
        return said


@contextmanager
def browsing(profile: Path) -> Iterator[Page]:
    """Start Chromium and open an empty page; it is ended in every case."""
    (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
    ends = [str(theirs_in), str(theirs_out)]
    command = [*_AT_ITS_NUMBERS, *ends, "chromium", *QUIET, f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(
        command, pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        browser = _Pipe(ours_out, ours_in)
        target = browser.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = browser.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        yield Page(browser, session)
    finally:
        os.close(ours_out)
        os.close(ours_in)
        process.terminate()
        process.wait(WAITING)
