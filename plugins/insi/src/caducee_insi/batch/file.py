"""The file of identities that a practice's software gives: CSV, one patient a line, semicolons, UTF-8.

Columns: ``local_id``, ``status`` (PROV, RECUP, VALI, QUAL), ``birth_name``, ``given_names`` (parted by spaces),
``sex``, ``birth_date`` (YYYY-MM-DD), ``birth_place``, ``matricule``, ``oid``, ``confirmed`` (the day of the last answer
of INSi), ``document`` (the code of the identity document that was checked), ``marks`` (parted by spaces). The last six
may be empty or absent.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from caducee.errors import DocumentInvalid, Finding
from caducee.model.environment import Environment
from caducee.model.identity import Ins, InsStatus, Traits
from caducee.model.patient import Patient
from caducee_insi.evidence import Evidence, Mark
from caducee_insi.trail import Standing

_MATRICULE = re.compile(r"\d{6}[A-Za-z0-9]\d{8}", re.ASCII)
NEEDED = ("local_id", "status", "birth_name", "given_names", "sex", "birth_date")


class BatchFileInvalid(DocumentInvalid):
    """The file cannot be worked on; nothing was sent."""

    code = "insi.batch_file_invalid"
    sentence = "Le fichier d'identités ne peut pas être traité."
    remedy = "Corrigez les lignes indiquées (CSV, point-virgule, UTF-8), puis relancez."


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One patient of the file, and where their identity stands."""

    patient: Patient
    standing: Standing


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    local_id: str
    status: InsStatus
    birth_name: str
    given_names: str
    sex: str
    birth_date: str
    birth_place: str = ""
    matricule: str = ""
    oid: str = ""
    confirmed: str = ""
    document: str = ""
    marks: str = ""


def read(content: bytes, *, environment: Environment) -> tuple[Row, ...]:
    """Read the whole file.

    Raises:
        BatchFileInvalid: with one finding for each line that is wrong, by number and column; never with a value.
    """
    findings: list[Finding] = []
    rows = tuple(_rows(content, environment, findings))
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        if row.patient.local_id in seen:
            findings.append(_finding(f"lines[{number}].local_id", "batch.twice", "Ce dossier est deux fois."))
        seen.add(row.patient.local_id)
    if findings or not rows:
        raise BatchFileInvalid(tuple(findings) or (_finding("lines", "batch.empty", "Le fichier est vide."),))
    return rows


def _rows(content: bytes, environment: Environment, findings: list[Finding]) -> Iterator[Row]:
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";", strict=True)
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            findings.append(_finding("header", "batch.column", f"Colonnes absentes : {', '.join(missing)}."))
            return
        for number, line in enumerate(reader, start=2):
            try:
                yield _row(line, environment)
            except (msgspec.ValidationError, ValueError) as error:
                where = str(error).rpartition("$.")[2].strip("`")
                field = where if where.isidentifier() else "line"
                findings.append(_finding(f"lines[{number}].{field}", "batch.value", "Valeur illisible."))
    except (UnicodeDecodeError, csv.Error):
        findings.append(_finding("file", "batch.form", "Ce n'est pas un fichier CSV en UTF-8."))


def _row(line: dict[str, str], environment: Environment) -> Row:
    given = {name: (value or "").strip() for name, value in line.items() if name in _Line.__struct_fields__}
    one = msgspec.convert(given, _Line)
    traits = msgspec.convert(
        {
            "birth_name": one.birth_name,
            "given_names": one.given_names.split(),
            "sex": one.sex,
            "birth_date": one.birth_date,
            "birth_place": one.birth_place or None,
        },
        Traits,
    )
    ins = Ins(matricule=one.matricule, oid=one.oid, environment=environment) if one.matricule and one.oid else None
    if ins is not None and not _MATRICULE.fullmatch(ins.matricule):
        raise ValueError("$.matricule")
    if one.confirmed:
        datetime.fromisoformat(one.confirmed)
    marks = frozenset(Mark(mark) for mark in one.marks.split())
    evidence = Evidence(one.document) if one.document else None
    patient = Patient(local_id=one.local_id, traits=traits, status=one.status, ins=ins)
    standing = Standing(
        status=one.status, ins=ins, traits=traits, marks=marks, evidence=evidence, confirmed=one.confirmed
    )
    return Row(patient=patient, standing=standing)


def _finding(field: str, rule: str, message: str) -> Finding:
    return Finding(field=field, rule=rule, message=message)
