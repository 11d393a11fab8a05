"""The INS datamatrix: written, drawn, read again by an independent decoder and by ours."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
from typing import Any

import msgspec
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from caducee.errors import InsNotQualified, RealmMixed
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR, INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.nir import control_key
from caducee.model.patient import Patient
from caducee_insi.datamatrix import (
    DatamatrixInvalid,
    DatamatrixRefused,
    SeparatorLost,
    Symbol,
    read,
    symbol,
    write,
)
from caducee_insi.datamatrix.ecc200 import SIZES, encode
from caducee_insi.datamatrix.picture import read_picture

SANDBOX, PRODUCTION = Environment.SANDBOX, Environment.PRODUCTION
TRAITS = Traits(
    birth_name="HAMADI-ESSAI",
    given_names=("LOU-ANNE", "MARIE"),
    sex=Sex.FEMALE,
    birth_date="1977-01-21",
    birth_place="63999",
)
INS = Ins(matricule="277016399930147", oid=INS_NIR_TEST, environment=SANDBOX)
PATIENT = Patient(local_id="P1", traits=TRAITS, status=InsStatus.QUALIFIED, ins=INS)
NAMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=12)


def changed(**traits: Any) -> Patient:
    return msgspec.structs.replace(PATIENT, traits=msgspec.structs.replace(TRAITS, **traits))


def scanned(picture: bytes) -> bytes:
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    assert found.format == zxingcpp.BarcodeFormat.DataMatrix
    return bytes(found.bytes)


@pytest.mark.requirement("INS-DATAMATRIX")
def test_the_text_has_its_header_its_seven_blocks_and_its_separators() -> None:
    assert write(PATIENT, environment=SANDBOX) == (
        "IS010000000000000000000000S1277016399930147S21.2.250.1.213.1.4.10S3LOU-ANNE MARIE\x1dS4HAMADI-ESSAI\x1d"
        "S5FS621-01-1977S763999"
    )


def test_the_shorter_oid_is_closed_by_a_separator() -> None:
    real = Ins(matricule=INS.matricule, oid=INS_NIR, environment=PRODUCTION)
    text = write(msgspec.structs.replace(PATIENT, ins=real), environment=PRODUCTION)
    assert "S21.2.250.1.213.1.4.8\x1dS3" in text


def test_an_unknown_birth_place_is_left_out() -> None:
    for place in (None, "99999"):
        assert write(changed(birth_place=place), environment=SANDBOX).endswith("S621-01-1977")


@pytest.mark.requirement("INS-DATAMATRIX")
@pytest.mark.parametrize("status", [one for one in InsStatus if one is not InsStatus.QUALIFIED])
def test_only_a_qualified_identity_is_printed(status: InsStatus) -> None:
    with pytest.raises(InsNotQualified):
        symbol(msgspec.structs.replace(PATIENT, status=status), environment=SANDBOX)


def test_an_indeterminate_sex_is_refused() -> None:
    with pytest.raises(DatamatrixRefused, match="sex"):
        write(changed(sex=Sex.INDETERMINATE), environment=SANDBOX)


@pytest.mark.parametrize("traits", [{"birth_name": "M4RTIN"}, {"given_names": ("A" * 101,)}])
def test_a_name_that_does_not_fit_is_refused(traits: dict[str, Any]) -> None:
    with pytest.raises(DatamatrixRefused):
        write(changed(**traits), environment=SANDBOX)


def test_a_test_number_is_never_printed_in_production() -> None:
    here = msgspec.structs.replace(INS, environment=PRODUCTION)
    for ins in (INS, here):
        with pytest.raises(RealmMixed):
            write(msgspec.structs.replace(PATIENT, ins=ins), environment=PRODUCTION)


def test_a_number_of_another_environment_is_never_printed() -> None:
    integration = msgspec.structs.replace(INS, oid=INS_NIR, environment=Environment.INTEGRATION)
    with pytest.raises(RealmMixed):
        write(msgspec.structs.replace(PATIENT, ins=integration), environment=PRODUCTION)


@pytest.mark.parametrize("born", ["19770121", "1977-01", ""])
def test_a_birth_date_that_is_not_whole_is_refused(born: str) -> None:
    with pytest.raises(DatamatrixRefused, match="birth_date"):
        write(changed(birth_date=born), environment=SANDBOX)


def test_an_independent_decoder_reads_the_bytes_of_the_picture() -> None:
    made = symbol(PATIENT, environment=SANDBOX)
    assert scanned(made.png()) == made.data
    assert scanned(made.png(scale=3)) == made.data


@given(name=NAMES, given_names=st.lists(NAMES, min_size=1, max_size=5), place=st.none() | st.just("2A990"))
def test_what_is_drawn_is_what_is_read_for_any_names(name: str, given_names: list[str], place: str | None) -> None:
    patient = changed(birth_name=name, given_names=tuple(given_names), birth_place=place)
    text = scanned(symbol(patient, environment=SANDBOX).png(scale=4)).decode("ascii")
    found = read(text, environment=SANDBOX)
    assert (found.matricule, found.oid, found.traits) == (INS.matricule, INS.oid, patient.traits)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size.side))
def test_every_size_of_symbol_is_read(size: Any) -> None:
    text = "A" * size.data
    drawn = encode(text)
    assert len(drawn) == size.side
    assert scanned(Symbol(drawn, text).png()) == text.encode()


def test_a_text_too_long_for_one_symbol_is_refused() -> None:
    with pytest.raises(ValueError, match="long"):
        encode("A" * 500)


def test_the_picture_of_vectors_draws_the_same_modules() -> None:
    made = symbol(PATIENT, environment=SANDBOX)
    root = ElementTree.fromstring(made.svg())
    path = root[1].get("d") or ""
    assert path.count("M") == sum(map(sum, made.modules))
    assert root.get("viewBox") == f"0 0 {len(made.modules) + 4} {len(made.modules) + 4}"


def test_the_symbol_shows_no_identity_in_its_repr() -> None:
    assert "HAMADI" not in repr(symbol(PATIENT, environment=SANDBOX))


@pytest.mark.anyio
async def test_a_picture_is_read_whatever_else_is_on_it() -> None:
    page = Image.new("L", (900, 700), 255)
    page.paste(Image.open(io.BytesIO(symbol(PATIENT, environment=SANDBOX).png(scale=5))), (500, 300))
    page.paste(Image.open(io.BytesIO(Symbol(encode("AUTRE CODE"), "").png(scale=5))), (50, 40))
    out = io.BytesIO()
    page.save(out, "PNG")
    found = await read_picture(out.getvalue(), environment=SANDBOX)
    assert found.traits == TRAITS


@pytest.mark.anyio
@pytest.mark.parametrize("picture", [b"", b"\x89PNG", b"GIF89a"])
async def test_what_is_no_picture_is_said(picture: bytes) -> None:
    with pytest.raises(DatamatrixInvalid):
        await read_picture(picture, environment=SANDBOX)


@pytest.mark.anyio
async def test_a_picture_without_our_code_is_said() -> None:
    with pytest.raises(DatamatrixInvalid):
        await read_picture(Symbol(encode("AUTRE CODE"), "").png(), environment=SANDBOX)


HEAD = "IS01" + "0" * 22
MATRICULE = "2750363999301" + control_key("2750363999301")
START = HEAD + f"S1{MATRICULE}S21.2.250.1.213.1.4.10"
WHOLE = START + "\x1dS3JEANNE MARIE\x1dS4NESSI-TEST\x1dS5FS612-03-1975S763999"


@pytest.mark.parametrize("typed", ["\x1d", "^]", "<GS>", "\\x1D"])
def test_every_way_a_scanner_types_the_separator_reads_alike(typed: str) -> None:
    assert read(WHOLE.replace("\x1d", typed) + "\r\n", environment=SANDBOX) == read(WHOLE, environment=SANDBOX)


@pytest.mark.parametrize("oid", ["1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.8"])
def test_a_lost_separator_is_told_with_the_setting_to_change_and_never_read_as_a_name(oid: str) -> None:
    lost = WHOLE.replace("\x1d", "").replace("1.2.250.1.213.1.4.10", oid)
    with pytest.raises(SeparatorLost) as caught:
        read(lost, environment=SANDBOX)
    assert "GS" in caught.value.explain().remedy


def test_a_digit_in_a_name_is_refused_with_its_field() -> None:
    with pytest.raises(DatamatrixInvalid) as caught:
        read(WHOLE.replace("S4NESSI", "S4S5ESSI"), environment=SANDBOX)
    assert (type(caught.value), caught.value.field) == (DatamatrixInvalid, "birth_name")
    assert "ESSI" not in str(caught.value)


def test_blocks_may_come_in_any_order() -> None:
    moved = START + "S5FS3JEANNE MARIE\x1dS612-03-1975S763999S4NESSI-TEST"
    assert read(moved, environment=SANDBOX) == read(WHOLE, environment=SANDBOX)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("DC04" + WHOLE[4:], "header"),
        ("", "header"),
        (WHOLE + "\x1dS9X", "block"),
        (WHOLE + "S5M", "sex"),
        (WHOLE + f"S1{MATRICULE}", "matricule"),
        (WHOLE.replace("S5F", "S5I"), "sex"),
        (WHOLE.replace("S5F", ""), "sex"),
        (WHOLE.replace("12-03-1975", "1975-03-12"), "birth_date"),
        (WHOLE.replace("S12750363", "S12750X63"), "matricule"),
        (WHOLE.replace("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.13"), "oid"),
    ],
)
def test_what_is_not_of_its_form_is_refused_with_its_field(text: str, field: str) -> None:
    with pytest.raises(DatamatrixInvalid) as caught:
        read(text, environment=SANDBOX)
    assert caught.value.field == field


def test_a_key_that_does_not_hold_is_a_warning() -> None:
    wrong = f"{(int(MATRICULE[-2:]) + 1) % 97:02d}"
    assert read(WHOLE, environment=SANDBOX).key_holds
    assert not read(WHOLE.replace(MATRICULE, MATRICULE[:13] + wrong), environment=SANDBOX).key_holds


def test_a_test_number_is_refused_in_production_and_a_real_one_in_the_sandbox() -> None:
    with pytest.raises(RealmMixed):
        read(WHOLE, environment=PRODUCTION)
    real = WHOLE.replace("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.8")
    with pytest.raises(RealmMixed):
        read(real, environment=SANDBOX)
    assert read(real, environment=PRODUCTION).oid == "1.2.250.1.213.1.4.8"


@given(st.text("IS01234567AMF -'.\x1d^]<>G", max_size=80))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    for whole in (text, HEAD + text):
        try:
            read(whole, environment=SANDBOX)
        except (DatamatrixInvalid, RealmMixed):
            continue
