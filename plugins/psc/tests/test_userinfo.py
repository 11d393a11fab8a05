from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.errors import CaduceeError, ProtocolViolation
from caducee.model.practice import Actor
from caducee.testing import Answer, Request
from caducee_psc.config import UserinfoForm
from caducee_psc.errors import AnswerForged, PscRejected
from caducee_psc.userinfo import read_person

from .conftest import Opening
from .op import CABINET, ROUX, SUBJECT, Op, activity, part, person

ACTING = Actor.doctor("Dr Roux")
BARE = {"sub": SUBJECT, "SubjectNameID": ROUX}


async def login(psc: Opening, **changes: Any) -> str:
    error: CaduceeError | None = None
    async with psc(**changes) as session:
        try:
            return str((await session.login("roux", acting=ACTING)).identifier)
        except CaduceeError as caught:  # raised below: what leaves the service's own block comes in a group
            error = caught
    assert error is not None
    raise error


@pytest.mark.anyio
@pytest.mark.parametrize("signed", [True, False])
async def test_a_signed_answer_and_plain_json_are_both_read(psc: Opening, op: Op, signed: bool) -> None:
    op.signs_userinfo = signed
    assert await login(psc) == ROUX


@pytest.mark.requirement("OIDC-USERINFO")
@pytest.mark.anyio
async def test_plain_json_is_refused_where_a_signed_answer_was_agreed(psc: Opening, op: Op) -> None:
    with pytest.raises(AnswerForged):
        await login(psc, userinfo=UserinfoForm.SIGNED)
    op.signs_userinfo = True
    assert await login(psc, userinfo=UserinfoForm.SIGNED) == ROUX


def answers(body: bytes, content_type: str) -> Callable[[Request], Answer]:
    return lambda request: Answer(body, 200, content_type)


@pytest.mark.anyio
async def test_a_signature_that_is_not_the_providers_is_refused(psc: Opening, op: Op) -> None:
    header, claims = part({"alg": "RS256", "kid": "a"}), part({"iss": "x", "aud": "y", **BARE})
    op.answers["userinfo"] = answers(f"{header}.{claims}.c2ln".encode(), "application/jwt;charset=UTF-8")
    with pytest.raises(AnswerForged):
        await login(psc)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "claims",
    [{"iss": "https://ailleurs.invalid"}, {"aud": "autre-logiciel"}, {"sub": "f:essai:autre"}, {"exp": 1}],
    ids=str,
)
async def test_a_signed_answer_for_another_or_about_another_is_refused(
    psc: Opening, op: Op, claims: dict[str, Any]
) -> None:
    op.signs_userinfo = True
    op.userinfo |= claims
    with pytest.raises(AnswerForged):
        await login(psc)


@pytest.mark.anyio
async def test_plain_json_about_another_than_the_id_token_is_refused(psc: Opening, op: Op) -> None:
    op.userinfo |= {"sub": "f:essai:autre"}
    with pytest.raises(AnswerForged):
        await login(psc)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"eyJ", "application/json", ProtocolViolation),
        (b"[]", "application/json", ProtocolViolation),
        (b"<html>", "text/html", ProtocolViolation),
        (b"not a token", "application/jwt", AnswerForged),
        (b"\xff.\xff.\xff", "application/jwt", AnswerForged),
    ],
)
async def test_an_answer_in_no_known_form_is_an_error_of_its_own(
    psc: Opening, op: Op, body: bytes, content_type: str, error: type[CaduceeError]
) -> None:
    op.answers["userinfo"] = answers(body, content_type)
    with pytest.raises(error):
        await login(psc)


@pytest.mark.anyio
async def test_a_token_that_userinfo_refuses_is_told(psc: Opening, op: Op) -> None:
    op.answers["userinfo"] = lambda request: Answer.of_json({"error": "invalid_token"}, status=401)
    with pytest.raises(PscRejected) as caught:
        await login(psc)
    assert caught.value.error == "invalid_token"


def test_each_activity_of_each_exercise_is_a_situation_and_identifiers_bear_their_prefix() -> None:
    full = activity(
        "R10100", "Clinique", numeroFinessSite="010000017", numeroSirenSite="380000000", numeroSiretSite="2"
    )
    claims = person(full, activity("", "Cabinet"))
    claims["SubjectRefPro"]["exercices"].append({"codeProfession": "40", "codeSavoirFaire": "", "activities": []})
    _, read = read_person(claims)
    assert [(one.profession, one.specialty, one.structures) for one in read.situations] == [
        ("10", "SM26", ("1010000017", "2380000000", "32", "R10100")),
        ("10", "SM26", ()),
        ("40", "", ()),
    ]


def test_empty_texts_nulls_and_missing_parts_are_all_nothing() -> None:
    assert read_person(BARE)[1].situations == ()
    assert read_person({**BARE, "SubjectRefPro": None, "family_name": None})[1].family_name == ""
    nulls = {**BARE, "SubjectRefPro": {"exercices": [{"codeProfession": None, "activities": None}]}}
    assert read_person(nulls)[1].situations[0].profession == ""


def test_without_a_name_of_exercise_the_person_has_their_own() -> None:
    claims = person(activity(CABINET, "Cabinet"))
    claims["SubjectRefPro"]["exercices"][0] |= {"nomDexercice": "", "prenomDexercice": None}
    claims |= {"family_name": "CANARI", "given_name": "ÉLOÏSE"}
    _, read = read_person(claims)
    assert (read.family_name, read.given_name) == ("CANARI", "ÉLOÏSE")


def test_the_organisation_of_the_log_in_names_the_only_situation_it_can_be_of() -> None:
    claims = person(activity("", "Cabinet"), activity("", "Clinique"))
    claims |= {"SubjectOrganization": "Cabinet", "SubjectOrganizationID": CABINET}
    assert [one.structures for one in read_person(claims)[1].situations] == [(CABINET,), ()]
    claims["SubjectOrganization"] = "Ailleurs"
    assert [one.structures for one in read_person(claims)[1].situations] == [(), ()]


@pytest.mark.parametrize("claims", [{}, {"sub": SUBJECT}, {**BARE, "SubjectNameID": ""}, {**BARE, "SubjectNameID": 8}])
def test_an_answer_that_names_nobody_is_not_one(claims: dict[str, Any]) -> None:
    with pytest.raises(ProtocolViolation):
        read_person(claims)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_whatever_the_register_says_is_read_or_refused(register: Any, activities: Any) -> None:
    for claims in (
        {**BARE, "SubjectRefPro": register},
        {**BARE, "SubjectRefPro": {"exercices": [{"activities": activities}]}},
    ):
        try:
            _, read = read_person(claims)
        except ProtocolViolation:
            continue
        assert read.identifier == ROUX
