"""What nothing closes, and what is repeated without end: it must not be looked for again and again."""

from __future__ import annotations

import pytest

from caducee_mss.reading import Limits, read_mail
from plugins.mss.tests.written import cda, file, mail, packed

FROM = b"From: a@b.fr\r\n"
PAGE = FROM + b"Content-Type: text/html\r\n\r\n"
REPORT = b"Content-Type: message/delivery-status\r\n\r\n"
HOSTILE = {
    "quotes in an address": b'From: "\\' + b'"\\' * 200_000 + b"\r\n\r\n",
    "an address without end": b"From: " + b"a" * 400_000 + b"\r\n\r\n",
    "comments": b"From: " + b"(" * 400_000 + b"\r\n\r\n",
    "angles": b"From: " + b"<" * 400_000 + b"\r\n\r\n",
    "parameters": FROM + b"Content-Type: a/b" + b';a="\\' * 100_000 + b"\r\n\r\n",
    "pieces of a parameter": FROM + b"Content-Type: a/b" + b"; a*1*=x" * 50_000 + b"\r\n\r\n",
    "encoded words": FROM + b"Subject: " + b"=?utf-8?q?a" * 40_000 + b"\r\n\r\n",
    "folds": FROM + b"Subject: a" + b"\r\n " * 150_000 + b"\r\n\r\n",
    "references": FROM + b"References: " + b"<" * 400_000 + b"\r\n\r\n",
    "fields": FROM + b"a: b\r\n" * 80_000 + b"\r\n",
    "boundaries": mail(b"--b1\r\n" * 1_000_000),
    "almost boundaries": mail(b"\r\n--b1x" * 1_000_000),
    "mails in mails": FROM + b"Content-Type: message/rfc822\r\n\r\n" * 50_000,
    "reports": mail(REPORT + b"Status: 5\r\n\r\n" * 100_000),
    "tags": PAGE + b"<" * 2_000_000,
    "scripts": PAGE + b"<script><!--" * 150_000,
    "unclosed tags": PAGE + b"<a " * 600_000,
    "entities": PAGE + b"&#x" * 600_000,
    "elements": mail(file(b"<ClinicalDocument>" + b"<a>" * 4_000_000, b"text/xml")),
    "folders": mail(file(packed({f"{at}/METADATA.XML": b"<a/>" for at in range(1_900)}))),
    "documents": mail(file(packed({f"{at}/DOC00001.XML": cda() for at in range(500)}))),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_work_is_bounded_by_what_came(content: bytes) -> None:
    read = read_mail(content)
    assert len(read.attachments) <= Limits().parts
    assert sum(one.read is not None for one in read.documents) <= Limits().documents
    assert len(read.recipients) <= 500
