"""Verifying a file of stored identities: in lots, at the service's rate, going on after a kill."""

from __future__ import annotations

from contextlib import suppress

import anyio.lowlevel
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.contracts.identity import InsAnswer, InsOutcome
from caducee.errors import CapabilityMissing, ConnectFailed, RealmMixed
from caducee.model.environment import Environment
from caducee.model.identity import InsStatus
from caducee.model.nir import control_key
from caducee.testing.state import MemoryState
from caducee_insi import Evidence, IdentityStale
from caducee_insi.batch.file import BatchFileInvalid, read
from caducee_insi.batch.lots import LotLine, LotVerdict
from caducee_insi.batch.run import Batch, Outcome
from caducee_insi.config import InsiConfig, Lots
from caducee_insi.desk import Desk
from caducee_insi.due import Need
from caducee_insi.opening import open_batch

from .conftest import Opened
from .people import SECRETARY
from .sandbox_process import Sandbox
from .scripted import StillClock

pytestmark = pytest.mark.anyio
HEADER = "local_id;status;birth_name;given_names;sex;birth_date;birth_place;matricule;oid;confirmed;document;marks\r\n"
OID = "1.2.250.1.213.1.4.10"
JEANNE = f"A;QUAL;NESSI-TEST;JEANNE MARIE;F;1975-03-12;63999;275036399930106;{OID};2020-01-05;PA;"
FILE = (
    HEADER
    + "\r\n".join(
        (
            JEANNE,
            f"B;RECUP;SANSDMP-ESSAI;HUGO;M;2001-01-31;63996;101016399630590;{OID};;;",
            "C;VALI;BERNARD-FICTIF;LUCIE;F;1988-11-23;63997;;;;CN;",
            "D;PROV;FERME-ESSAI;ALICE;F;1950-05-05;;;;;;",
            f"E;QUAL;LUNAIRE-ESSAI;FATIMA ZOHRA;F;1941-12-31;99352;241999935231701;{OID};2026-01-05;PA;",
            "F;PROV;INCONNU;JEAN;M;1980-01-01;;;;;;fictif",
        )
    )
    + "\r\n"
).encode()


def needs(found: tuple[Outcome, ...]) -> dict[str, tuple[bool | None, list[Need]]]:
    return {one.local_id: (one.coherent, [each.need for each in one.needs]) for one in found}


@pytest.mark.requirement("INS-NO-BULK")
async def test_a_file_is_verified_and_what_the_others_need_is_listed_with_why(
    placed: Opened, clock: StillClock, state: MemoryState, sandbox: Sandbox
) -> None:
    content = FILE.replace(b"275036399930106", f"2750363999301{control_key('2750363999301')}".encode())
    before = len(sandbox.ledger())
    async with placed(lots=Lots.SIMULATED) as context, open_batch(context) as batch:
        found = await batch.qualify(content, acting=SECRETARY)
    assert needs(found) == {
        "A": (True, []),
        "B": (False, [Need.RETRIEVE, Need.DOCUMENT]),
        "C": (None, [Need.RETRIEVE]),
        "D": (None, [Need.RETRIEVE, Need.DOCUMENT]),
        "E": (None, []),
        "F": (None, [Need.DOUBT]),
    }
    assert all(one.why.endswith(".") for outcome in found for one in outcome.needs)
    asked = [line["transaction"] for line in sandbox.ledger()[before:]]
    assert set(asked) == {"lots"}
    assert "NESSI" not in str(state.audit)


class Room:
    """Lots in memory. ``unknown`` are lines it does not know, ``dies`` the step at which the process is killed."""

    def __init__(self, dies: int = -1, unknown: tuple[str, ...] = ()) -> None:
        self.unknown = unknown
        self.deposits: list[str] = []
        self.lots: dict[str, tuple[LotLine, ...]] = {}
        self.steps = 0
        self.dies = dies

    async def deposit(self, name: str, lines: tuple[LotLine, ...]) -> None:
        self.step()
        self.deposits.append(name)
        self.lots[name] = lines
        self.step()

    async def fetch(self, name: str) -> tuple[LotVerdict, ...] | None:
        self.step()
        await anyio.lowlevel.checkpoint()
        return tuple(LotVerdict(id=line.id, code="01" if line.id in self.unknown else "00") for line in self.lots[name])

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.dies:
            raise ConnectFailed("insi", "killed")


def batch(config: InsiConfig, clock: StillClock, state: MemoryState, room: Room | None, size: int = 2) -> Batch:
    config = msgspec.structs.replace(config, lot_size=size)
    return Batch(config=config, environment=Environment.SANDBOX, lots=room, clock=clock, state=state)


MANY = (HEADER + "".join(JEANNE.replace("A;", f"P{n};", 1) + "\r\n" for n in range(7))).encode()


@pytest.fixture
async def whole(config: InsiConfig, clock: StillClock) -> tuple[Outcome, ...]:
    return await batch(config, clock, MemoryState(), Room()).qualify(MANY, acting=SECRETARY)


@pytest.mark.parametrize("dies", range(1, 13))
async def test_a_batch_killed_at_any_step_goes_on_and_asks_nothing_twice_that_was_answered(
    config: InsiConfig, clock: StillClock, state: MemoryState, whole: tuple[Outcome, ...], dies: int
) -> None:
    room = Room(dies)
    with pytest.raises(ConnectFailed):
        await batch(config, clock, state, room).qualify(MANY, acting=SECRETARY)
    room.dies = -1
    assert await batch(config, clock, state, room).qualify(MANY, acting=SECRETARY) == whole
    assert len(set(room.deposits)) == 4
    assert len(room.deposits) <= 5
    settled = room.steps
    assert await batch(config, clock, state, room).qualify(MANY, acting=SECRETARY) == whole
    assert room.steps == settled


async def test_progress_is_told_after_each_lot(config: InsiConfig, clock: StillClock, state: MemoryState) -> None:
    told: list[tuple[int, int]] = []
    run = batch(config, clock, state, Room(), size=3)
    await run.qualify(MANY, acting=SECRETARY, progress=lambda done, total: told.append((done, total)))
    assert told == [(3, 7), (6, 7), (7, 7)]


async def test_without_a_way_to_verify_lots_it_is_said_before_anything(
    config: InsiConfig, clock: StillClock, state: MemoryState
) -> None:
    with pytest.raises(CapabilityMissing):
        await batch(config, clock, state, None).qualify(MANY, acting=SECRETARY)
    nothing_due = (HEADER + "D;PROV;FERME-ESSAI;ALICE;F;1950-05-05;;;;;;\r\n").encode()
    (listed,) = await batch(config, clock, state, None).qualify(nothing_due, acting=SECRETARY)
    assert listed.coherent is None


async def test_a_test_number_is_not_sent_in_production(
    config: InsiConfig, clock: StillClock, state: MemoryState
) -> None:
    run = Batch(config=config, environment=Environment.PRODUCTION, lots=Room(), clock=clock, state=state)
    with pytest.raises(RealmMixed):
        await run.qualify(MANY, acting=SECRETARY)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "header"),
        (b"\xff\xfe", "file"),
        (b"local_id;status\r\n", "header"),
        (HEADER.encode(), "lines"),
        (HEADER.encode() + b"A;QUALIFIE;X;Y;F;1975-03-12;;;;;;\r\n", "lines[2].status"),
        (HEADER.encode() + b"A;PROV;X;Y;Z;1975-03-12;;;;;;\r\n", "lines[2].sex"),
        (HEADER.encode() + b"A;PROV;X;Y;F;1975-03-12;;;;;;faux\r\n", "lines[2].line"),
        (HEADER.encode() + b"A;PROV;X;Y;F;1975-03-12;;;;hier;;\r\n", "lines[2].line"),
        (HEADER.encode() + b"A;PROV;X;Y;F;1975-03-12;;;;;;\r\n" * 2, "lines[3].local_id"),
        (HEADER.encode() + f"A;QUAL;X;Y;F;1975-03-12;;2750363999301;{OID};;;\r\n".encode(), "lines[2].matricule"),
    ],
)
def test_a_file_that_cannot_be_worked_on_is_refused_whole_with_its_lines(content: bytes, field: str) -> None:
    with pytest.raises(BatchFileInvalid) as caught:
        read(content, environment=Environment.SANDBOX)
    assert [finding.field for finding in caught.value.findings] == [field]


def test_a_file_of_a_spreadsheet_is_read_with_its_mark_and_its_empty_cells() -> None:
    rows = read(b"\xef\xbb\xbf" + FILE, environment=Environment.SANDBOX)
    assert [row.patient.local_id for row in rows] == list("ABCDEF")
    assert rows[0].patient.ins is not None
    assert rows[2].patient.ins is None


async def test_what_a_lot_says_is_a_decision_about_the_files_that_hold_the_number(
    config: InsiConfig, clock: StillClock, state: MemoryState
) -> None:
    rows = read(MANY, environment=Environment.SANDBOX)
    desk = Desk(environment=Environment.SANDBOX, evidence=tuple(Evidence), clock=clock, state=state)
    for row in rows[:2]:
        assert row.patient.ins is not None
        fresh = msgspec.structs.replace(row.patient, ins=None, status=InsStatus.PROVISIONAL)
        answer = InsAnswer(outcome=InsOutcome.FOUND, label="OK", ins=row.patient.ins, traits=row.patient.traits)
        await desk.qualify(fresh, answer, evidence=Evidence.PASSPORT, acting=SECRETARY)
    await batch(config, clock, state, Room(unknown=("1",))).qualify(MANY, acting=SECRETARY)
    kept, lost = await desk.standing("P0"), await desk.standing("P1")
    assert (kept.status, kept.ins) == (InsStatus.QUALIFIED, rows[0].patient.ins)
    assert (lost.status, lost.ins, lost.former) == (InsStatus.VALIDATED, None, (rows[1].patient.ins,))
    assert [one.action for one in await desk.decisions("P1")][-1] == "insi.verification_failed"
    assert await desk.decisions("P2") == ()
    with pytest.raises(IdentityStale):
        await desk.datamatrix(rows[1].patient)


@pytest.mark.parametrize(
    ("typed", "applied"),
    [
        ("Nessi-Test;Jéanne Marie;F;1975-03-12;63999", True),
        ("NESSI-TEST;JEANNE MARIE;F;1975-03-12;", True),
        ("NESSI-TEST;JEANNE;F;1975-03-12;63999", False),
        ("NESSI TEST;JEANNE MARIE;F;1975-03-12;63999", False),
        ("NESSI-TEST;JEANNE MARIE;F;1975-03-21;63999", False),
        ("NESSI-TEST;JEANNE MARIE;F;1975-03-12;63998", False),
    ],
)
async def test_what_a_lot_says_of_other_traits_than_the_trail_s_decides_nothing(
    config: InsiConfig, clock: StillClock, state: MemoryState, typed: str, applied: bool
) -> None:
    (row,) = read((HEADER + JEANNE).encode(), environment=Environment.SANDBOX)
    assert row.patient.ins is not None
    desk = Desk(environment=Environment.SANDBOX, evidence=tuple(Evidence), clock=clock, state=state)
    fresh = msgspec.structs.replace(row.patient, ins=None, status=InsStatus.PROVISIONAL)
    answer = InsAnswer(outcome=InsOutcome.FOUND, label="OK", ins=row.patient.ins, traits=row.patient.traits)
    await desk.qualify(fresh, answer, evidence=Evidence.PASSPORT, acting=SECRETARY)
    content = HEADER + JEANNE.replace("NESSI-TEST;JEANNE MARIE;F;1975-03-12;63999", typed)
    (found,) = await batch(config, clock, state, Room(unknown=("0",))).qualify(content.encode(), acting=SECRETARY)
    assert found.coherent is False
    assert ((await desk.standing("A")).ins is None) is applied


@given(st.binary(max_size=200), st.text('ABP;\r\n"QUALPROV0123-MF', max_size=120))
def test_no_content_at_all_breaks_the_reader_of_the_file(raw: bytes, text: str) -> None:
    for content in (raw, HEADER.encode() + raw, (HEADER + text).encode()):
        with suppress(BatchFileInvalid):
            assert read(content, environment=Environment.SANDBOX)


async def test_names_are_sent_as_insi_writes_them(config: InsiConfig, clock: StillClock, state: MemoryState) -> None:
    room = Room()
    typed = (HEADER + JEANNE.replace("NESSI-TEST;JEANNE", "Nessi-Test;Jéanne") + "\r\n").encode()
    await batch(config, clock, state, room).qualify(typed, acting=SECRETARY)
    ((line,),) = room.lots.values()
    assert (line.traits.birth_name, line.traits.given_names) == ("NESSI-TEST", ("JEANNE", "MARIE"))


async def test_traits_that_cannot_be_asked_are_listed_and_hold_nobody_up(
    config: InsiConfig, clock: StillClock, state: MemoryState
) -> None:
    room = Room()
    wrong = JEANNE.replace("A;", "B;", 1).replace("NESSI", "N3SSI").replace("1975-03-12", "1975-02-30")
    found = await batch(config, clock, state, room).qualify(
        f"{HEADER}{JEANNE}\r\n{wrong}\r\n".encode(), acting=SECRETARY
    )
    assert needs(found) == {"A": (True, []), "B": (None, [Need.VERIFY])}
    assert "date de naissance" in found[1].needs[0].why
    assert [len(lines) for lines in room.lots.values()] == [1]


async def test_a_qualified_line_without_a_number_is_to_be_retrieved(
    config: InsiConfig, clock: StillClock, state: MemoryState
) -> None:
    row = HEADER + "A;QUAL;NESSI-TEST;JEANNE;F;1975-03-12;;;;;PA;\r\n"
    found = await batch(config, clock, state, Room()).qualify(row.encode(), acting=SECRETARY)
    assert needs(found) == {"A": (None, [Need.RETRIEVE])}


async def test_the_same_question_is_asked_anew_when_the_first_answer_is_old(
    config: InsiConfig, clock: StillClock, state: MemoryState
) -> None:
    room = Room()
    for days, deposits in ((0, 4), (29, 4), (31, 8)):
        clock.days = days
        await batch(config, clock, state, room).qualify(MANY, acting=SECRETARY)
        assert len(set(room.deposits)) == deposits


async def test_what_becomes_due_between_two_runs_mixes_no_answers(
    config: InsiConfig, clock: StillClock, state: MemoryState
) -> None:
    room = Room(unknown=("0",))
    later = JEANNE.replace("A;", "LATER;", 1).replace("2020-01-05", "2023-11-27")
    content = f"{HEADER}{later}\r\n{JEANNE}\r\n".encode()
    first = await batch(config, clock, state, room).qualify(content, acting=SECRETARY)
    clock.days = 3
    room.unknown = ("1",)
    second = await batch(config, clock, state, room).qualify(content, acting=SECRETARY)
    assert [(one.local_id, one.coherent) for one in first] == [("LATER", None), ("A", False)]
    assert [(one.local_id, one.coherent) for one in second] == [("LATER", True), ("A", False)]


async def test_what_a_lot_says_of_another_number_than_the_trail_s_decides_nothing(
    config: InsiConfig, clock: StillClock, state: MemoryState
) -> None:
    (row,) = read((HEADER + JEANNE).encode(), environment=Environment.SANDBOX)
    assert row.patient.ins is not None
    held = msgspec.structs.replace(row.patient.ins, matricule="275036399930194")
    desk = Desk(environment=Environment.SANDBOX, evidence=tuple(Evidence), clock=clock, state=state)
    fresh = msgspec.structs.replace(row.patient, ins=None, status=InsStatus.PROVISIONAL)
    answer = InsAnswer(outcome=InsOutcome.FOUND, label="OK", ins=held, traits=row.patient.traits)
    await desk.qualify(fresh, answer, evidence=Evidence.PASSPORT, acting=SECRETARY)
    before = await desk.decisions("A")
    for unknown in ((), ("0",)):
        clock.days += 31
        run = batch(config, clock, state, Room(unknown=unknown))
        await run.qualify((HEADER + JEANNE).encode(), acting=SECRETARY)
    assert await desk.decisions("A") == before


async def test_a_lot_speaks_of_numbers_under_the_service_s_oid(
    config: InsiConfig, clock: StillClock, state: MemoryState
) -> None:
    room = Room()
    run = Batch(config=config, environment=Environment.INTEGRATION, lots=room, clock=clock, state=state)
    await run.qualify((HEADER + JEANNE).encode(), acting=SECRETARY)
    ((line,),) = room.lots.values()
    assert line.oid == "1.2.250.1.213.1.4.8"
