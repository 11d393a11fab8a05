"""The pharmacist's page in Chromium: what it shows is read from the browser, what is done goes by its own forms."""

from __future__ import annotations

import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from lxml import html
from PIL import Image

from caducee import Audience
from caducee_demo.practice import set_up
from caducee_demo.sandbox import running
from caducee_eprescription import EPRESCRIPTION, RxState
from tests.e2e.desk import DOCTOR, JEANNE, opened, prescription, qualified, with_prescriptions

pytestmark = [pytest.mark.interop, pytest.mark.anyio]
KEPT = Path("build/pharmacy")
BANNER = (251, 234, 234)
_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
Page = html.HtmlElement


class Browser:
    """Chromium over the pharmacist's address."""

    def __init__(self, pharmacy: str, profile: Path) -> None:
        self._pharmacy = pharmacy
        self._profile = profile

    def shown(self, number: str = "") -> Page:
        """Return the page as Chromium has it."""
        return html.fromstring(self._run("--dump-dom", f"{self._pharmacy}?number={number}").decode())

    def picture(self, name: str, number: str = "") -> Image.Image:
        """Take a picture, and keep it."""
        KEPT.mkdir(parents=True, exist_ok=True)
        file = (KEPT / f"{name}.png").absolute()
        self._run(f"--screenshot={file}", "--window-size=1000,760", f"{self._pharmacy}?number={number}")
        return Image.open(file).convert("RGB")

    def send(self, page: Page, action: str, filled: dict[str, str]) -> Page:
        """Send the last form of that action, filled as a person would: a field that it does not have is an error."""
        form = [one for one in page.forms if one.action == action][-1]
        for name, value in filled.items():
            form.fields[name] = value
        address = self._pharmacy.rstrip("/") + action
        return html.fromstring(httpx.post(address, data=dict(form.form_values()), timeout=20).text)

    def _run(self, *arguments: str) -> bytes:
        command = ["chromium", *_QUIET, f"--user-data-dir={self._profile}", *arguments]
        return subprocess.run(command, capture_output=True, check=True, timeout=90).stdout


async def test_a_pharmacist_dispenses_in_parts_renews_takes_back_and_the_desk_follows(tmp_path: Path) -> None:
    with running(tmp_path / "sandbox") as sandbox:
        practice = with_prescriptions(set_up(tmp_path / "practice", sandbox, pace=20.0), sandbox)
        browser = Browser(sandbox["pharmacy"], tmp_path / "profile")
        async with opened(practice) as kernel, kernel.use(EPRESCRIPTION) as rx:
            document = prescription(qualified(JEANNE, sandbox), renewals=1)
            number = (await rx.issue(document, Audience(), acting=DOCTOR)).number
            states = [(await rx.refresh(number, acting=DOCTOR)).state async for _ in pharmacist(browser, number)]
    assert states == [
        RxState.PARTIALLY_DISPENSED,
        RxState.PARTIALLY_DISPENSED,
        RxState.DISPENSED,
        RxState.PARTIALLY_DISPENSED,
    ]


async def pharmacist(browser: Browser, number: str) -> AsyncIterator[None]:
    """Serve the patient four times, and read in the browser what each time left."""
    assert said(browser.shown(number[:-1])).count("Aucune ordonnance") == 1
    page = browser.shown(number)
    assert left(page) == ["2", "1"]
    looked_at(browser.picture("lines", number))

    page = browser.send(page, "/dispense", {"action:medicines[0]": "partial", "quantity:medicines[0]": "14 comprimés"})
    assert left(page) == ["2", "1"]
    assert "délivré en partie (14 comprimés)" in said(page)
    yield

    page = browser.send(page, "/dispense", {"action:medicines[0]": "dispensed"})
    assert left(page) == ["1", "1"]
    yield

    given = {"action:medicines[0]": "dispensed", "action:medicines[1]": "substituted", "product:medicines[1]": "AUTRE"}
    page = browser.send(page, "/dispense", given)
    assert "Tout a été délivré : ce code ne sert plus." in said(page)
    assert "medicines[" not in said(page)
    yield

    page = browser.send(page, "/cancel", {})
    assert "Délivrance annulée." in said(page)
    assert said(browser.shown(number)).count("annulée") == 1
    looked_at(browser.picture("done", number))
    yield


def said(page: Page) -> str:
    """Return the words of a page, and hold it against what every page has."""
    text = " ".join(page.text_content().split())
    assert "SPÉCIMEN" in text
    unnamed = [
        one for one in page.xpath("//select|//td//input|//form//button") if not (one.get("aria-label") or one.text)
    ]
    assert unnamed == [], "a field or a button that a screen reader cannot name"
    assert re.search(r"\d{4}-\d\d-\d\d", text) is None, "a date that is not French"
    return text


def left(page: Page) -> list[str]:
    """Return how many times each line may still be dispensed."""
    return [row.findtext("td") for row in page.xpath("//tbody/tr")]


def looked_at(picture: Image.Image) -> None:
    """Refuse a picture without the banner of the simulation, or that is cut at its right."""
    assert picture.getpixel((900, 100)) == BANNER
    edge = picture.crop((picture.width - 5, 0, picture.width, picture.height))
    assert edge.getcolors() == [(5 * picture.height, (255, 255, 255))]
