"""Any mix of entities is written and read back, whatever it means."""
# ruff: noqa: TID252

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caducee_paymed_tp.formats.kinds import Value
from caducee_paymed_tp.formats.noemie import Entity, FileEnd, NoemieWriter, read_entities
from caducee_paymed_tp.formats.noemie.entities import entity_tables
from caducee_paymed_tp.formats.quarantine import FormatFault

from .. import zones
from .samples import HEADING, invoice, written

KINDS = sorted(set(entity_tables()) - {"990"})
Mix = list[tuple[str, dict[str, Value]]]


@st.composite
def mixes(draw: st.DrawFn) -> Mix:
    made: Mix = []
    for kind in draw(st.lists(st.sampled_from(KINDS), max_size=12)):
        values = draw(zones.values(entity_tables()[kind]))
        if kind in ("198", "199"):
            values["state"] = "P"
        if "sign" in values:
            values["sign"] = values["sign"] or "P"
        made.append((kind, values))
    return made


@settings(max_examples=150, deadline=None)
@given(mixes())
def test_any_mix_of_entities_is_read_back_zone_by_zone(mix: Mix) -> None:
    sink = io.BytesIO()
    writer = NoemieWriter(sink, HEADING)
    for kind, values in mix:
        writer.entity(kind, values)
    writer.close()
    assert len(sink.getvalue()) % 128 == 0
    items = list(read_entities(io.BytesIO(sink.getvalue())))
    entities = [item for item in items if isinstance(item, Entity)]
    assert [(entity.type, entity.values) for entity in entities] == mix
    assert isinstance(items[-1], FileEnd)


def test_the_last_slice_is_flagged_and_padded() -> None:
    data = written(lambda writer: invoice(writer, 1, 100))
    assert data[128:129] == b"1"
    assert data[128:256].endswith(b" " * 20)


def test_a_file_without_entities_has_its_two_blocks() -> None:
    assert len(written(lambda writer: None)) == 256


def test_what_cannot_be_written_leaves_no_trace() -> None:
    sink = io.BytesIO()
    writer = NoemieWriter(sink, HEADING)
    with pytest.raises(FormatFault, match=r"field\.too_long"):
        writer.entity("100", {"level": "04", "invoice_no": "1234567890"})
    writer.close()
    assert len(sink.getvalue()) == 256
