"""Putting a brief together from what the practice holds of a record: nothing is asked of the DMP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from caducee.cda.reading import DocumentUnreadable, ReadDocument, read_document
from caducee.errors import PatientOpposed
from caducee_dmp.brief import words
from caducee_dmp.brief.content import passages_of, treatments_of
from caducee_dmp.brief.model import Answer, Brief, Part, PartName, Piece, TreatmentLine
from caducee_dmp.brief.selection import KINDS, MONTHS, Chosen, choose, covers, date_of
from caducee_dmp.brief.writers import writer_of
from caducee_dmp.record.changes import stamp
from caducee_dmp.record.model import Followed, IndexedDocument
from caducee_dmp.record.opening import years_before

DENIED = frozenset({"DMPAccessDeniedByRightsService"})
_FEW_LINES = 12
_WHOLE = frozenset({PartName.SUMMARY, PartName.PROFILE, PartName.WISHES, PartName.VACCINATIONS})


def compose(
    local_id: str,
    documents: Iterable[IndexedDocument],
    contents: Mapping[str, bytes],
    *,
    followed: Followed,
    now: datetime,
) -> Brief:
    """Return the brief of a record. ``contents`` are the bytes of the documents that are here, by their OID."""
    chosen = choose(documents, today=now.date())
    parts = tuple(_part(name, chosen[name], contents, followed=followed, now=now) for name in KINDS)
    return Brief(
        local_id=local_id,
        made=stamp(now),
        asked=followed.last_call,
        parts=parts,
        filtered=bool(followed.types),
        refused=followed.refused,
    )


def _part(name: PartName, chosen: Chosen, contents: Mapping[str, bytes], *, followed: Followed, now: datetime) -> Part:
    read = [_piece(name, document, contents.get(document.document_id)) for document in chosen.documents]
    since = _since(name, followed, now)
    part = Part(
        name=name,
        answer=_answer(name, [piece for piece, _ in read], followed, since),
        since=since,
        pieces=tuple(piece for piece, _ in read),
        treatments=_merged(line for _, lines in read for line in lines),
        others=chosen.others,
    )
    return msgspec.structs.replace(
        part,
        sentence=words.of_part(
            part,
            filtered=not covers(followed.types, KINDS[name]),
            opposed=followed.refused == PatientOpposed.code,
        ),
    )


def _answer(name: PartName, pieces: list[Piece], followed: Followed, since: str) -> Answer:
    """A part with nothing to show is empty only if all that could be in it was asked for."""
    answers = {piece.answer for piece in pieces}
    if answers:
        best = (Answer.SHOWN, Answer.UNREADABLE, Answer.NOT_PERMITTED, Answer.NOT_FETCHED)
        return next(answer for answer in best if answer in answers)
    if followed.refused:
        return Answer.NOT_PERMITTED
    asked_for = followed.last_call and covers(followed.types, KINDS[name])
    searched = KINDS[name].beyond in followed.searched
    if searched or (asked_for and (KINDS[name].beyond is None or not since)):
        return Answer.NONE
    return Answer.NOT_FETCHED


def _since(name: PartName, followed: Followed, now: datetime) -> str:
    if KINDS[name].beyond in followed.searched:
        return ""
    if name is PartName.TREATMENTS:
        return max(followed.since, years_before(now.date(), MONTHS // 12).strftime("%Y%m%d"))
    return followed.since


def _piece(name: PartName, document: IndexedDocument, content: bytes | None) -> tuple[Piece, tuple[TreatmentLine, ...]]:
    entry = document.entry
    piece = Piece(
        document_id=document.document_id,
        title=entry.title,
        type=entry.type,
        date=date_of(document),
        writer=writer_of(document),
        answer=Answer.NOT_PERMITTED if document.trouble in DENIED else Answer.NOT_FETCHED,
        code=document.trouble,
    )
    if content is None:
        return piece, ()
    try:
        read = read_document(content)
    except DocumentUnreadable as error:
        return msgspec.structs.replace(piece, answer=Answer.UNREADABLE, code=error.code), ()
    lines = treatments_of(read, document_id=document.document_id) if name is PartName.TREATMENTS else ()
    return _shown(name, piece, document, read, tabulated=bool(lines)), lines


def _shown(name: PartName, piece: Piece, document: IndexedDocument, read: ReadDocument, *, tabulated: bool) -> Piece:
    passages = () if tabulated else passages_of(read, **({} if name in _WHOLE else {"most": _FEW_LINES}))
    return msgspec.structs.replace(
        piece,
        writer=writer_of(document, read.header.authors),
        answer=Answer.SHOWN,
        passages=passages,
        file=(read.media_type or "") if not passages else "",
        incomplete=any(warning.loss for warning in read.warnings),
        code="",
    )


def _merged(lines: Iterable[TreatmentLine]) -> tuple[TreatmentLine, ...]:
    """Statements of reimbursement overlap: what two of them say is one line, newest first."""
    once: dict[tuple[str, ...], TreatmentLine] = {}
    for line in lines:
        codes = tuple(code.code for code in line.codes)
        once.setdefault((line.date, line.name, line.quantity, line.prescribed_by, line.dispensed_by, *codes), line)
    return tuple(sorted(once.values(), key=lambda line: line.date, reverse=True))
