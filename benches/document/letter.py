"""The letter of level 1 that is measured: a PDF of 750 KB in the French header."""

from __future__ import annotations

import random
from functools import cache

from benches.document.model import ARC, NOW, report
from caducee.cda.header import N1, Context, Period

PDF_BYTES = 750_000


@cache
def letter() -> N1:
    """Return the letter. Its body looks like a PDF and does not compress."""
    model = report()
    return N1(
        id=model.id,
        type=model.type,
        title=model.title,
        created=NOW,
        confidentiality=model.confidentiality,
        language=model.language,
        series=model.series,
        version=1,
        patient=model.patient,
        author=model.author,
        service=Period(NOW, None),
        context=Context(),
        media_type="application/pdf",
        body=b"%PDF-1.4\n" + random.Random(ARC).randbytes(PDF_BYTES),
    )
