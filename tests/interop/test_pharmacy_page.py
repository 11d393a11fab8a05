"""The pharmacist's page, used in Chromium as a pharmacist does: a scan, lists, fields and clicks. The desk follows."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import anyio.to_thread
import msgspec
import pytest
from lxml import html
from PIL import Image

from caducee import Audience
from caducee.clinical import CIS, Medicine, Substitution
from caducee.model.codes import Code
from caducee.model.document import Document
from caducee_demo.practice import set_up
from caducee_demo.sandbox import running
from caducee_eprescription import EPRESCRIPTION, RxState
from tests.e2e.desk import DOCTOR, JEANNE, opened, prescription, qualified, with_prescriptions
from tests.interop.chromium import Page, browsing

pytestmark = [pytest.mark.interop, pytest.mark.anyio]
KEPT = Path("build/pharmacy")
BANNER = (251, 234, 234)
ASKED = 'form[action="/"] input[name="number"]'
SEND = 'form[action="/dispense"] button'


async def test_a_pharmacist_dispenses_in_parts_renews_takes_back_and_the_desk_follows(tmp_path: Path) -> None:
    with running(tmp_path / "sandbox") as sandbox, browsing(tmp_path / "profile") as page:
        practice = with_prescriptions(set_up(tmp_path / "practice", sandbox, pace=20.0), sandbox)
        async with opened(practice) as kernel, kernel.use(EPRESCRIPTION) as rx:
            document = with_a_narrow_margin(prescription(qualified(JEANNE, sandbox), renewals=1))
            number = (await rx.issue(document, Audience(), acting=DOCTOR)).number
            await anyio.to_thread.run_sync(scanned, page, sandbox["pharmacy"], number)
            states = [(await rx.refresh(number, acting=DOCTOR)).state async for _ in pharmacist(page)]
    assert states == [
        RxState.PARTIALLY_DISPENSED,
        RxState.PARTIALLY_DISPENSED,
        RxState.DISPENSED,
        RxState.PARTIALLY_DISPENSED,
    ]


def with_a_narrow_margin(document: Document) -> Document:
    """Return the prescription with a third line, which no generic may replace."""
    name = "LÉVOTHYROXINE EXEMPLE 75 microgrammes"
    first = document.body.medicines[0]  # type: ignore[union-attr]
    line = msgspec.structs.replace(
        first,
        medicine=Medicine(name=name, code=Code("69999997", CIS, name)),
        substitution=Substitution.NARROW_MARGIN,
        renewals=0,
    )
    lines = (*document.body.medicines, line)  # type: ignore[union-attr]
    return msgspec.structs.replace(document, body=msgspec.structs.replace(document.body, medicines=lines))


def scanned(page: Page, pharmacy: str, number: str) -> None:
    """Type a number with a character less, then let the scanner type the right one: the cursor is where it must be."""
    page.open(pharmacy)
    page.type(number[:-1])
    page.enter()
    assert "Aucune ordonnance" in said(page)
    assert page.value(ASKED) == number[:-1]
    page.type(number)
    page.enter()
    assert left(page) == ["2", "1", "1"]


async def pharmacist(page: Page) -> AsyncIterator[None]:
    """Serve the patient three times and take the last one back; stop after each."""
    for one in (a_part, the_first_line, the_rest, taken_back):
        await anyio.to_thread.run_sync(one, page)
        yield


def a_part(page: Page) -> None:
    """Forget how much is given: what was filled stays, and nothing is kept before it is complete."""
    looked_at(page, "lines")
    page.choose(action(0), "Délivré en partie")
    page.choose(action(1), "Non délivré")
    page.click('input[name="reason:medicines[1]"]')
    page.type("le patient en a encore")
    page.sent(SEND)
    assert "quantité attendue" in said(page)
    assert [page.value(action(0)), page.value(action(1))] == ["partial", "not_dispensed"]
    assert page.value('input[name="reason:medicines[1]"]') == "le patient en a encore"
    looked_at(page, "refused")
    page.click('input[name="quantity:medicines[0]"]')
    page.type("14 comprimés")
    page.sent(SEND)
    assert "délivré en partie (14 comprimés)" in said(page)
    assert "non délivré (le patient en a encore)" in said(page)
    assert left(page) == ["2", "1", "1"]


def the_first_line(page: Page) -> None:
    page.choose(action(0), "Délivré")
    page.sent(SEND)
    assert left(page) == ["1", "1", "1"]


def the_rest(page: Page) -> None:
    """Renew the first line, substitute the second; the third may not be."""
    page.choose(action(0), "Délivré")
    page.choose(action(1), "Substitué")
    page.click('input[name="product:medicines[1]"]')
    page.type("PARACÉTAMOL AUTRE 500 mg")
    with pytest.raises(LookupError, match="offers"):
        page.choose(action(2), "Substitué")
    page.choose(action(2), "Délivré")
    page.sent(SEND)
    assert "Tout a été délivré : ce code ne sert plus." in said(page)
    assert "substitué (PARACÉTAMOL AUTRE 500 mg)" in said(page)
    assert left(page) == []
    looked_at(page, "done")


def taken_back(page: Page) -> None:
    page.sent('li:last-child form[action="/cancel"] button')
    assert "Délivrance annulée." in said(page)
    assert left(page) == ["1", "1", "1"]
    assert said(page).count("annulée") == 2
    looked_at(page, "taken-back")


def action(line: int) -> str:
    """Return where it is said what is done with a line."""
    return f'select[name="action:medicines[{line}]"]'


def said(page: Page) -> str:
    """Return the words of a page, and hold it against what every page has."""
    shown = html.fromstring(page.source())
    text = " ".join(shown.xpath("string(//body)").split())
    assert "SPÉCIMEN" in text
    unnamed = [
        one for one in shown.xpath("//select|//td//input|//form//button") if not (one.get("aria-label") or one.text)
    ]
    assert unnamed == [], "a field or a button that a screen reader cannot name"
    assert re.search(r"\d{4}-\d\d-\d\d", text) is None, "a date that is not French"
    return text


def left(page: Page) -> list[str]:
    """Return how many times each line may still be dispensed, where the form is open."""
    return [row.findtext("td") or "" for row in html.fromstring(page.source()).xpath("//tbody/tr")]


def looked_at(page: Page, name: str) -> None:
    """Keep a picture; refuse one without the banner of the simulation, or that is cut at its right."""
    picture: Image.Image = page.picture()
    KEPT.mkdir(parents=True, exist_ok=True)
    picture.save(KEPT / f"{name}.png")
    assert BANNER in {picture.getpixel((900, y)) for y in range(0, 140, 4)}
    edge = picture.crop((picture.width - 5, 0, picture.width, picture.height))
    assert edge.getcolors() == [(5 * picture.height, (255, 255, 255))]
