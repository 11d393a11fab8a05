from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_paymed_tp.errors import TpInvalid
from caducee_paymed_tp.estimate import Request, RequestedAct, estimate
from caducee_paymed_tp.estimate.estimating import ESTIMATE
from caducee_paymed_tp.estimate.exonerations import ORDER, Fact, exoneration
from caducee_paymed_tp.estimate.later import Taken

DAY = date(2026, 1, 5)
G = (RequestedAct(code="G"),)


def shares(**what: object) -> tuple[int, int, int]:
    done = estimate(Request(**{"on": DAY, "acts": G, **what}))  # type: ignore[arg-type]
    return done.amo, done.amc, done.patient


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({}, (2100, 0, 900)),
        ({"complementary": True}, (2100, 900, 0)),
        ({"outside_path": True}, (900, 0, 2100)),
        ({"outside_path": True, "complementary": True}, (900, 900, 1200)),
        ({"outside_path": True, "complementary": True, "responsible": False}, (900, 2100, 0)),
        ({"facts": (Fact.ALD,)}, (3000, 0, 0)),
        ({"facts": (Fact.ALSACE_MOSELLE,)}, (2700, 0, 300)),
        ({"facts": (Fact.ASPA,)}, (2400, 0, 600)),
        ({"facts": (Fact.AME,)}, (0, 3000, 0)),
        ({"facts": (Fact.SNCF_RETIRED,)}, (2250, 0, 750)),
        ({"facts": (Fact.C2S,)}, (2100, 900, 0)),
        ({"acts": (RequestedAct(code="G", fee=5000),), "complementary": True}, (2100, 900, 2000)),
        ({"acts": (RequestedAct(code="YYYY001", base=15000),)}, (12600, 0, 2400)),
        ({"acts": (RequestedAct(code="YYYY001", base=15000),), "complementary": True}, (12600, 2400, 0)),
        ({"acts": (RequestedAct(code="YYYY001", base=15000),), "facts": (Fact.ALD,)}, (15000, 0, 0)),
    ],
)
def test_the_shares_of_known_situations(what: dict[str, object], expected: tuple[int, int, int]):
    assert shares(**what) == expected


def test_every_answer_says_that_it_is_an_estimate_and_warns_of_its_tables():
    done = estimate(Request(on=DAY, acts=G))
    assert done.label == ESTIMATE
    assert "vérifiez" in done.warning


def test_the_flat_participation_is_told_and_not_billed():
    done = estimate(Request(on=DAY, acts=G))
    assert (done.later, done.fee) == (200, 3000)


@pytest.mark.parametrize(
    ("what", "later", "ceiling"),
    [
        ({"acts": G * 4}, 800, ""),
        ({"acts": G * 5}, 800, "plafond du jour de 8 €"),
        ({"taken": Taken(today=700)}, 100, "plafond du jour de 8 €"),
        ({"taken": Taken(today=800)}, 0, "plafond du jour de 8 €"),
        ({"taken": Taken(this_year=4800)}, 200, ""),
        ({"taken": Taken(this_year=4900)}, 100, "plafond de l'année de 50 €"),
        ({"taken": Taken(this_year=5100)}, 0, "plafond de l'année de 50 €"),
        ({"taken": Taken(today=750, this_year=4990)}, 10, "plafond de l'année de 50 €"),
        ({"on": date(2024, 5, 14), "acts": (RequestedAct(code="X", base=2000),) * 5}, 400, "plafond du jour de 4 €"),
        ({"acts": (RequestedAct(code="AMI", base=1000),) * 6, "kind": "auxiliary"}, 600, ""),
        (
            {"acts": (RequestedAct(code="AMI", base=1000),), "kind": "auxiliary", "taken": Taken(this_year=4950)},
            50,
            "plafond de l'année de 50 €",
        ),
        ({"facts": (Fact.MINOR,)}, 0, ""),
        ({"facts": (Fact.C2S,)}, 0, ""),
        ({"facts": (Fact.MATERNITY,)}, 0, ""),
        ({"facts": (Fact.AME,)}, 0, ""),
    ],
)
def test_what_is_withheld_later_stops_at_the_ceilings(what: dict[str, object], later: int, ceiling: str):
    done = estimate(Request(**{"on": DAY, "acts": G, **what}))  # type: ignore[arg-type]
    assert (done.later, done.ceiling) == (later, ceiling)


def test_what_was_withheld_is_never_less_than_nothing():
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"on": "2026-01-05", "acts": [], "taken": {"today": -1}}', type=Request)


def test_the_price_is_that_of_the_day_of_care():
    assert estimate(Request(on=date(2024, 12, 21), acts=G)).fee == 2650


def test_an_act_without_a_price_on_that_day_asks_for_its_base():
    with pytest.raises(TpInvalid) as caught:
        estimate(Request(on=DAY, acts=(RequestedAct(code="ZZZ"),)))
    assert [(one.field, one.rule) for one in caught.value.findings] == [("acts[0].code", "tp.no_tariff")]


def test_rights_of_the_day_of_prescription_count_for_series_when_they_are_better():
    act = (RequestedAct(code="AMI", base=1000, series=True),)
    what = {"acts": act, "kind": "auxiliary", "prescribed": date(2025, 12, 1)}
    assert shares(**what, earlier=(Fact.ALD,)) == (1000, 0, 0)
    assert shares(**what, facts=(Fact.ALD,)) == (1000, 0, 0)
    assert shares(**what) == (600, 0, 400)


def test_the_order_of_exonerations_is_that_of_the_rules():
    assert [rule for rule, *_ in ORDER] == [
        "ame",
        "insurance_nature",
        "mines",
        "beneficiary",
        "act",
        "sti_under_26",
        "ald",
        "specific_care",
        "threshold",
        "at_pension",
        "sncf",
        "alsace_moselle",
        "aspa",
    ]


def test_the_first_rule_that_holds_wins():
    won = exoneration(frozenset({Fact.ALD, Fact.MATERNITY, Fact.ASPA}), above_threshold=True, base_rate=70)
    assert (won.rule, won.code) == ("insurance_nature", "0")


@given(
    facts=st.sets(st.sampled_from(list(Fact))),
    fee=st.integers(0, 100_000),
    base=st.integers(0, 100_000),
    outside=st.booleans(),
    complementary=st.booleans(),
    responsible=st.booleans(),
)
def test_the_parts_always_make_the_fee_and_none_is_negative(
    facts: set[Fact], fee: int, base: int, outside: bool, complementary: bool, responsible: bool
):
    request = Request(
        on=DAY,
        acts=(RequestedAct(code="X", fee=fee, base=base),),
        facts=tuple(facts),
        outside_path=outside,
        complementary=complementary,
        responsible=responsible,
    )
    done = estimate(request)
    assert done.amo + done.amc + done.patient == fee
    assert min(done.amo, done.amc, done.patient) >= 0
