"""Times of XDS metadata: UTC, no offset, precision kept (IHE ITI TF-3, table 4.2.3.1.7-2, DTM)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from caducee.errors import DocumentInvalid, Finding


def dtm(value: datetime | date, *, field: str) -> str:
    """Print an aware instant as ``YYYYMMDDhhmmss`` in UTC, a date as ``YYYYMMDD`` (it is not midnight).

    Raises:
        DocumentInvalid: a datetime without zone; ``field`` names it.
    """
    if not isinstance(value, datetime):
        return value.strftime("%Y%m%d")
    if value.tzinfo is None:
        raise DocumentInvalid(
            (
                Finding(
                    field=field,
                    rule="time.zone",
                    source="IHE ITI TF-3, table 4.2.3.1.7-2",
                    message="L'heure n'a pas de fuseau : elle ne peut pas être convertie en temps universel.",
                ),
            )
        )
    return value.astimezone(UTC).strftime("%Y%m%d%H%M%S")
