from __future__ import annotations

import hashlib
import io
import os
import zipfile
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from caducee.cda import CdaSealer
from caducee.errors import InsNotQualified
from caducee.model.codes import Code
from caducee.model.entry import DocumentEntry
from caducee.model.environment import Environment
from caducee.paper.prescription import PaperCopyist
from caducee.terminology import Terminology
from caducee.wire import xdm
from caducee.wire.xds.entry import ins_of
from caducee.wire.xds.submission import SubmissionSet
from core.tests.cda.samples import IDENTIFIERS, OID_ROOT, ROUX, documents

RIM = "{urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0}"
APPLICATION = xdm.Application(name="Logiciel d'essai", version="1.0", vendor="Exemple")


def sealed(name: str) -> tuple[DocumentEntry, bytes]:
    sealer = CdaSealer(oid_root=OID_ROOT, terminology=Terminology.load(), copyist=PaperCopyist(Environment.SANDBOX))
    made = sealer.seal(documents()[name], ROUX, IDENTIFIERS)
    return msgspec.json.decode(made.entry, type=DocumentEntry), made.document


def written(*names: str) -> bytes:
    pairs = tuple(map(sealed, names))
    submission = SubmissionSet(
        unique_id=f"{OID_ROOT}.7",
        source_id=OID_ROOT,
        submission_time="20261125073000",
        patient=ins_of(pairs[0][0]),
        author=ROUX,
        content_type=Code("07", "1.2.250.1.213.2.2", "Consultation"),
    )
    return xdm.write(submission, pairs, application=APPLICATION)


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
        return {one.filename: archive.read(one) for one in archive.infolist()}


def test_the_tree_is_the_one_of_secure_mail_and_the_documents_are_byte_for_byte_there() -> None:
    files = opened(written("report", "summary, full"))
    assert list(files) == [
        "INDEX.HTM",
        "README.TXT",
        "IHE_XDM/SUBSET01/METADATA.XML",
        "IHE_XDM/SUBSET01/DOC00001.XML",
        "IHE_XDM/SUBSET01/DOC00002.XML",
    ]
    assert files["IHE_XDM/SUBSET01/DOC00002.XML"] == sealed("summary, full")[1]


def test_metadata_name_hash_and_size_are_those_of_the_files() -> None:
    files = opened(written("report", "summary, full"))
    root = etree.fromstring(files["IHE_XDM/SUBSET01/METADATA.XML"])
    for entry in root.iter(f"{RIM}ExtrinsicObject"):
        slots = {one.get("name"): one.findtext(f"{RIM}ValueList/{RIM}Value") for one in entry.iter(f"{RIM}Slot")}
        content = files[f"IHE_XDM/SUBSET01/{slots['URI']}"]
        assert slots["hash"] == hashlib.sha1(content, usedforsecurity=False).hexdigest()
        assert slots["size"] == str(len(content))
    assert len(list(root.iter(f"{RIM}Association"))) == 2


def test_the_same_submission_gives_the_same_archive() -> None:
    assert written("report") == written("report")


def test_the_readme_and_the_index_say_who_sends_and_what_with() -> None:
    files = opened(written("report"))
    readme = files["README.TXT"].decode()
    for words in (
        "Camille ROUX",
        "Cabinet du Dr Roux",
        "99999 EXEMPLEVILLE",
        "Logiciel d'essai 1.0 (Exemple)",
        "DOC00001.XML",
    ):
        assert words in readme
    index = etree.fromstring(files["INDEX.HTM"])
    assert "IHE_XDM/SUBSET01/DOC00001.XML" in index.xpath("//@href")
    assert "guillemets" in "".join(index.itertext())


def test_a_document_without_an_ins_is_refused() -> None:
    with pytest.raises(InsNotQualified):
        written("report, without INS")


@pytest.mark.conformance
def test_metadata_are_valid_ebrim() -> None:
    schemas = Path(os.environ["KIT"]) / "xsd"
    found = next(schemas.rglob("lcm.xsd"))
    schema = etree.XMLSchema(etree.parse(found))
    schema.assertValid(etree.fromstring(opened(written("report"))["IHE_XDM/SUBSET01/METADATA.XML"]))
