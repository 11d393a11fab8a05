"""Sharing, for hosts in any language: oppositions, information, duties, figures."""
# ruff: noqa: TID252

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from ..documents.places import QUALIFIED, letter
from .asking import DOCTOR, request

AGAINST = {"scope": "feed", "motive": "ne souhaite pas", "noted_by": "Dr Roux", "since": "2026-11-01"}


def patient(local_id: str, **traits: Any) -> Any:
    return msgspec.structs.replace(
        QUALIFIED, local_id=local_id, traits=msgspec.structs.replace(QUALIFIED.traits, **traits)
    )


def test_an_opposition_is_noted_listed_and_lifted(said: Any) -> None:
    (noted,) = said(request(1, "sharing.oppose", local_id="P7", opposition=AGAINST, acting=DOCTOR))
    opposition_id = noted["result"]["opposition_id"]
    (lifted,) = said(request(2, "sharing.lift", opposition_id=opposition_id, on="2026-11-20", acting=DOCTOR))
    assert lifted["result"]["opposition"]["lifted"] == "2026-11-20"
    (listed,) = said(request(3, "sharing.oppositions", local_id="P7"))
    assert listed["result"] == [lifted["result"]]


def test_lifting_what_was_never_noted_answers_nothing(said: Any) -> None:
    (answer,) = said(request(1, "sharing.lift", opposition_id="none", acting=DOCTOR))
    assert answer == {"line": "answer", "id": 1}


@pytest.mark.parametrize(
    ("opposition", "acting", "code"),
    [
        ({**AGAINST, "motive": " "}, DOCTOR, "opposition.invalid"),
        (AGAINST, {"kind": "automaton", "identifier": "nuit"}, "actor.refused"),
    ],
)
def test_a_wrong_opposition_is_refused_in_french(said: Any, opposition: Any, acting: Any, code: str) -> None:
    (answer,) = said(request(1, "sharing.oppose", local_id="P9", opposition=opposition, acting=acting))
    assert answer["error"]["code"] == code
    assert answer["error"]["sentence"]
    assert answer["error"]["remedy"]
    (listed,) = said(request(2, "sharing.oppositions", local_id="P9"))
    assert listed["result"] == []


def test_what_a_minor_and_who_answers_for_them_are_told_comes_as_texts(said: Any) -> None:
    child = patient("P10", birth_date=f"{date.today().year - 10}-01-01")
    (texts,) = said(request(1, "sharing.texts_for", patient=child))
    assert [text["key"] for text in texts["result"]] == ["minor", "representatives"]
    (offered,) = said(request(2, "sharing.may_connect_secretly", patient=child))
    assert offered["result"] is False


def test_where_a_letter_must_go_comes_with_the_row_that_asks_it(said: Any) -> None:
    (answer,) = said(request(1, "sharing.propose_audience", document=letter(QUALIFIED), announce={"by": "Dr Roux"}))
    routes = {one["route"]: (one["row"]["source"] != "", one["excluded"]) for one in answer["result"]}
    assert routes["dmp"] == (True, "announcement")


def test_a_fact_is_noted_then_due_and_counted(said: Any) -> None:
    (noted,) = said(request(1, "sharing.note", kind="attending.noted", local_id="P11"))
    assert noted == {"line": "answer", "id": 1}
    said(request(2, "sharing.note", kind="act.done", code="distance"))
    (due,) = said(request(3, "sharing.due"))
    assert ("summary", "never") in [(one["what"], one["why"]) for one in due["result"]]
    (figures,) = said(request(4, "sharing.indicators"))
    counted = {one["key"]: (one["done"], one["all_of_them"], len(one["events"])) for one in figures["result"]}
    assert counted["activity_at_distance"] == (1, 1, 1)
    assert counted["summaries"][1] == 1


def test_a_fact_that_nobody_may_note_is_refused(said: Any) -> None:
    (answer,) = said(request(1, "sharing.note", kind="care_sheet.sent", code="fax"))
    assert answer["error"]["code"] == "fact.invalid"
    assert [finding["field"] for finding in answer["error"]["findings"]] == ["code"]


def test_the_page_of_indicators_is_given_whole(said: Any) -> None:
    (answer,) = said(request(1, "sharing.indicators_page", as_of="2026-11-25"))
    page = answer["result"]
    assert page.startswith("<!doctype html>")
    assert "au 25/11/2026" in page
