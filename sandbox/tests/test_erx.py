"""The base of prescriptions and the pharmacist's side, spoken to by hand."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from sandbox_rig.client import Reply, client_context, connect, control

from caducee_sandbox.erx.deposit import ALPHABET, CIP, CIS, LPP, number_holds
from caducee_sandbox.people import JEANNE, TEST_OID

Described = dict[str, Any]
GIVEN = {"line": "medicines[0]", "action": "dispensed", "quantity": "1 boîte"}
_numbers = iter(range(10**6))


def number() -> str:
    """Return a well-made number that was not used yet."""
    body = f"99{next(_numbers):014d}"
    value = 0
    for character in body:
        value = (value * 32 + ALPHABET.index(character)) % 1021
    return body + ALPHABET[value // 32] + ALPHABET[value % 32]


def deposit(**changes: Any) -> dict[str, Any]:
    line = {"line": "medicines[0]", "label": "PARACÉTAMOL", "code": "69999999", "system": "1.2.250.1.213.2.3.1"}
    return {
        "number": number(),
        "kind": "Prescription",
        "written": "20260105080000+0100",
        "valid_until": "2099-01-05",
        "prescriber": "899700000017",
        "structure": "499700000017001",
        "patient": JEANNE.ins,
        "oid": TEST_OID,
        "lines": [line],
        **changes,
    }


def call(described: Described, method: str, path: str, body: Any = None, *, client: str = "roux_auth") -> Reply:
    connection = connect(described, "erx", client_context(described, client))
    try:
        content = None if body is None else json.dumps(body).encode()
        connection.request(method, f"/erx/{path}", content, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers["Content-Type"] or "", answer.read())
    finally:
        connection.close()


def said(reply: Reply) -> Any:
    return json.loads(reply.body)


def register(described: Described, **changes: Any) -> str:
    content = deposit(**changes)
    assert call(described, "POST", "prescriptions", content).status == 200
    return str(content["number"])


def pharmacy(described: Described, method: str, path: str, body: bytes | None = None) -> Reply:
    parts = urlsplit(described["pharmacy"])
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers["Content-Type"] or "", answer.read())
    finally:
        connection.close()


def dispense(described: Described, which: str, *lines: dict[str, Any]) -> Reply:
    return pharmacy(described, "POST", f"/api/prescriptions/{which}/dispense", json.dumps({"lines": lines}).encode())


@pytest.fixture(autouse=True)
def clock(sandbox: Described) -> Iterator[None]:
    yield
    control(sandbox, "POST", "/erx/clock", {"reset": True})
    control(sandbox, "DELETE", "/faults")


def move(described: Described, days: int) -> None:
    control(described, "POST", "/erx/clock", {"days": days})


def test_a_number_with_one_wrong_character_is_not_well_made() -> None:
    made = number()
    assert number_holds(made)
    assert not number_holds(made[:-1] + ("0" if made[-1] != "0" else "1"))
    assert not number_holds("01" + made[2:])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"patient": "", "oid": ""}, "erx.ins_not_qualified"),
        ({"patient": "275036399900199"}, "erx.ins_unknown"),
        ({"oid": "1.2.250.1.213.1.4.8"}, "erx.ins_unknown"),
        ({"number": "990000000000000000"}, "erx.number"),
        ({"prescriber": "899700000025"}, "erx.not_author"),
        ({"lines": []}, "erx.malformed"),
        ({"valid_until": "demain"}, "erx.malformed"),
        ({"lines": [{"line": "a", "label": "x", "code": "60000000", "system": CIS}]}, "erx.unknown_product"),
        ({"lines": [{"line": "a", "label": "x", "code": "340099999999", "system": CIP}]}, "erx.unknown_product"),
        ({"lines": [{"line": "a", "label": "x", "code": "6000000", "system": LPP}]}, "erx.unknown_product"),
    ],
)
def test_what_is_wrong_is_refused_with_its_code(sandbox: Described, changes: dict[str, Any], code: str) -> None:
    content = deposit(**changes)
    answer = call(sandbox, "POST", "prescriptions", content)
    assert said(answer)["code"] == code
    assert content["number"] not in control(sandbox, "GET", "/state/erx")


def test_a_duplicate_is_refused_and_the_first_stays(sandbox: Described) -> None:
    content = deposit()
    first = said(call(sandbox, "POST", "prescriptions", content))
    again = call(sandbox, "POST", "prescriptions", {**content, "kind": "Other"})
    assert (again.status, said(again)["code"]) == (409, "erx.duplicate")
    assert said(call(sandbox, "GET", f"prescriptions/{content['number']}")) == first


def test_a_structure_or_another_author_has_no_access(sandbox: Described) -> None:
    which = register(sandbox)
    assert said(call(sandbox, "GET", f"prescriptions/{which}", client="org_auth"))["code"] == "erx.not_entitled"
    assert said(call(sandbox, "GET", f"prescriptions/{which}", client="lenoir_auth"))["code"] == "erx.not_author"
    refused = call(sandbox, "POST", f"prescriptions/{which}/cancel", {}, client="lenoir_auth")
    assert said(refused)["code"] == "erx.not_author"


def test_executions_are_hidden_when_the_patient_is_opposed(sandbox: Described) -> None:
    which = register(sandbox, opposed=True)
    assert said(call(sandbox, "GET", f"prescriptions/{which}/executions"))["code"] == "erx.opposed"
    assert said(call(sandbox, "GET", f"prescriptions/{which}"))["status"] == "registered"


def test_a_dispensed_one_is_not_cancelled_until_the_pharmacy_takes_it_back(sandbox: Described) -> None:
    which = register(sandbox)
    made = said(dispense(sandbox, which, GIVEN))
    assert said(call(sandbox, "POST", f"prescriptions/{which}/cancel", {}))["code"] == "erx.dispensed"
    pharmacy(sandbox, "POST", f"/api/dispensations/{made['identifier']}/cancel", b"")
    assert said(call(sandbox, "POST", f"prescriptions/{which}/cancel", {}))["status"] == "cancelled"
    assert said(dispense(sandbox, which, GIVEN))["code"] == "erx.cancelled"


def test_a_spent_code_is_refused_and_a_partial_delivery_leaves_it_open(sandbox: Described) -> None:
    which = register(sandbox)
    assert dispense(sandbox, which, {**GIVEN, "quantity": "7 comprimés", "partial": True}).status == 200
    assert dispense(sandbox, which, GIVEN).status == 200
    assert said(dispense(sandbox, which, GIVEN))["code"] == "erx.exhausted"


@pytest.mark.parametrize(
    "line",
    [
        {"line": "x", "action": "dispensed"},
        {**GIVEN, "action": "eaten"},
        {"line": "medicines[0]", "action": "not_dispensed"},
    ],
)
def test_an_unknown_line_an_unknown_action_and_a_refusal_without_reason_are_refused(
    sandbox: Described, line: dict[str, str]
) -> None:
    assert said(dispense(sandbox, register(sandbox), line))["code"] == "erx.malformed"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ({"line": "medicines[0]", "action": "substituted"}, "produit délivré attendu"),
        ({"line": "medicines[0]", "action": "dispensed", "partial": True}, "quantité attendue"),
        ({"line": "medicines[0]", "action": "not_dispensed", "reason": "  "}, "motif attendu"),
    ],
)
def test_what_was_done_without_its_detail_is_refused(sandbox: Described, line: dict[str, Any], text: str) -> None:
    answer = said(dispense(sandbox, register(sandbox), line))
    assert (answer["code"], answer["text"]) == ("erx.malformed", text)


def excluded(sandbox: Described) -> str:
    """Register a prescription whose second line may not be substituted."""
    first, second = ({"line": f"medicines[{at}]", "label": name} for at, name in enumerate(("RAMIPRIL", "LAMOTRIGINE")))
    return register(sandbox, lines=[first, {**second, "substitution": "Non substituable (MTE)"}])


def test_a_line_that_may_not_be_substituted_is_not(sandbox: Described) -> None:
    which = excluded(sandbox)
    given = {"action": "substituted", "product": "GÉNÉRIQUE"}
    refused = dispense(sandbox, which, {"line": "medicines[0]", **given}, {"line": "medicines[1]", **given})
    assert (refused.status, said(refused)["code"]) == (422, "erx.substitution")
    assert control(sandbox, "GET", "/state/erx")[which]["dispensations"] == []
    assert dispense(sandbox, which, {"line": "medicines[0]", **given}).status == 200
    assert dispense(sandbox, which, {"line": "medicines[1]", "action": "dispensed"}).status == 200


def test_the_page_offers_no_substitution_where_it_is_excluded(sandbox: Described) -> None:
    page = pharmacy(sandbox, "GET", f"/?number={excluded(sandbox)}").body.decode()
    first, second = page.split("<tbody>")[1].split("</tr>")[:2]
    assert ("Substitué" in first, "Substitué" in second) == (True, False)


def test_a_refused_form_comes_back_as_it_was_filled_and_dispenses_nothing(sandbox: Described) -> None:
    which = excluded(sandbox)
    form = {
        "number": which,
        "action:medicines[0]": "dispensed",
        "quantity:medicines[0]": '2 boîtes "bleues"',
        "action:medicines[1]": "not_dispensed",
        "product:medicines[1]": "rien",
    }
    answer = pharmacy(sandbox, "POST", "/dispense", urlencode(form).encode())
    page = answer.body.decode()
    assert (answer.status, "motif attendu" in page) == (400, True)
    assert 'value="2 boîtes &quot;bleues&quot;"' in page
    assert 'value="rien"' in page
    assert '<option value="dispensed" selected' in page
    assert '<option value="not_dispensed" selected' in page
    assert control(sandbox, "GET", "/state/erx")[which]["dispensations"] == []


def test_a_form_that_is_sent_twice_dispenses_once(sandbox: Described) -> None:
    line = {"line": "medicines[0]", "label": "RAMIPRIL", "renewals": 3}
    which = register(sandbox, lines=[line])
    seen = said(pharmacy(sandbox, "GET", f"/api/prescriptions/{which}"))["seen"]
    form = urlencode({"number": which, "seen": seen, "action:medicines[0]": "dispensed"}).encode()
    first, second = (pharmacy(sandbox, "POST", "/dispense", form) for _ in range(2))
    assert (first.status, second.status) == (200, 409)
    assert "Une autre délivrance a été enregistrée" in second.body.decode()
    assert len(control(sandbox, "GET", "/state/erx")[which]["dispensations"]) == 1


def test_a_number_that_is_not_found_stays_in_its_field(sandbox: Described) -> None:
    page = pharmacy(sandbox, "GET", "/?" + urlencode({"number": '99"X'})).body.decode()
    assert 'value="99&quot;X"' in page


def test_past_its_validity_it_is_expired_and_after_five_years_it_is_forgotten(sandbox: Described) -> None:
    from datetime import UTC, datetime, timedelta

    soon = (datetime.now(UTC) + timedelta(days=10)).date().isoformat()
    which = register(sandbox, valid_until=soon)
    move(sandbox, 30)
    assert said(call(sandbox, "GET", f"prescriptions/{which}"))["status"] == "expired"
    assert said(dispense(sandbox, which, GIVEN))["code"] == "erx.expired"
    move(sandbox, 1900)
    assert call(sandbox, "GET", f"prescriptions/{which}").status == 404


def test_maintenance_does_nothing_and_a_lost_answer_has_done_it(sandbox: Described) -> None:
    first, second = deposit(), deposit()
    control(sandbox, "POST", "/faults", {"service": "erx", "fault": "soap_fault", "times": 1})
    assert said(call(sandbox, "POST", "prescriptions", first))["code"] == "erx.maintenance"
    control(sandbox, "POST", "/faults", {"service": "erx", "fault": "lose_answer", "times": 1})
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        call(sandbox, "POST", "prescriptions", second)
    held = control(sandbox, "GET", "/state/erx")
    assert (first["number"] in held, second["number"] in held) == (False, True)


def test_a_lost_request_has_done_nothing(sandbox: Described) -> None:
    content = deposit()
    control(sandbox, "POST", "/faults", {"service": "erx", "fault": "lose_request", "times": 1})
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        call(sandbox, "POST", "prescriptions", content)
    assert content["number"] not in control(sandbox, "GET", "/state/erx")


def test_the_page_takes_a_typed_number_and_dispenses_line_by_line(sandbox: Described) -> None:
    which = register(sandbox)
    typed = urlencode({"number": f"{which[:6]} {which[6:]}".lower()})
    page = pharmacy(sandbox, "GET", f"/?{typed}").body.decode()
    assert "PARACÉTAMOL" in page
    assert "SPÉCIMEN" in page
    form = {"number": which, "action:medicines[0]": "substituted", "product:medicines[0]": "GÉNÉRIQUE"}
    done = pharmacy(sandbox, "POST", "/dispense", urlencode(form).encode()).body.decode()
    assert "Délivrance enregistrée." in done
    assert "ce code ne sert plus" in done
    (kept,) = control(sandbox, "GET", "/state/erx")[which]["dispensations"]
    assert (kept["lines"][0]["action"], kept["lines"][0]["product"]) == ("substituted", "GÉNÉRIQUE")


def test_the_page_says_what_it_does_not_know(sandbox: Described) -> None:
    unknown = pharmacy(sandbox, "GET", "/?number=99")
    assert (unknown.status, "Aucune ordonnance" in unknown.body.decode()) == (404, True)
    assert pharmacy(sandbox, "GET", "/nowhere").status == 404
    assert pharmacy(sandbox, "POST", "/dispense", b"number=99").status == 404


def test_the_page_shows_words_of_a_prescription_as_words(sandbox: Described) -> None:
    which = register(sandbox, lines=[{"line": "medicines[0]", "label": "<script>alert(1)</script>"}])
    page = pharmacy(sandbox, "GET", f"/?number={which}").body.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
