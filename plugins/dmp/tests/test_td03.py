from __future__ import annotations

import pytest
from lxml import etree

from caducee_dmp.modes import Right
from caducee_dmp.td03_authorise import Authorisations, Listed


@pytest.mark.parametrize("attending", [False, True])
def test_an_authorisation_is_a_change_whose_lost_answer_leaves_it_unknown(attending: bool) -> None:
    for call, action in (
        (Authorisations().add(attending=attending), "AJOUT"),
        (Authorisations().remove(attending=attending), "SUPPRESSION"),
    ):
        assert (call.right, call.changes) == (Right.AUTHORISE, True)
        assert call.action.endswith(":setAuthorization")
        assert action in etree.fromstring(call.body).xpath("string()")


def test_asking_who_is_authorised_changes_nothing() -> None:
    call = Authorisations().list(next(iter(Listed)))
    assert (call.right, call.changes) == (Right.AUTHORISED, False)
    assert call.action.endswith(":listAuthorizationByPatient")
