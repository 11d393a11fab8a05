"""The holder of a certificate, its dates, its owner."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from caducee.errors import CertificateExpired, CertificateUntrusted
from caducee.keys.certificate import Certificate

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)


def certificate(authority, subject, **dates):
    return Certificate(authority.issue(subject, authority.key, **dates).public_bytes(Encoding.DER))


def test_the_holder_of_a_card_is_read_from_its_multi_valued_name(authority, roux):
    holder = certificate(authority, roux.name).holder()
    assert (holder.identifier, holder.family_name, holder.given_name) == (roux.identifier, "ROUX", "CAMILLE")
    assert holder.profession == "Médecin"


def test_a_certificate_that_has_begun_and_not_ended_is_valid(authority, roux):
    certificate(authority, roux.name, begins=NOW, days=1).check_dates(NOW)


@pytest.mark.parametrize("away", [timedelta(seconds=-1), timedelta(days=1, seconds=1)])
def test_outside_its_dates_it_is_expired(authority, roux, away):
    found = certificate(authority, roux.name, begins=NOW, days=1)
    with pytest.raises(CertificateExpired):
        found.check_dates(NOW + away)


def test_the_certificate_of_another_is_refused_and_both_are_named(authority, roux, lenoir):
    found = certificate(authority, lenoir.name)
    found.check_holder(lenoir.identifier)
    with pytest.raises(CertificateUntrusted) as caught:
        found.check_holder(roux.identifier)
    sentence = caught.value.explain().sentence
    assert lenoir.identifier in sentence
    assert roux.identifier in sentence


@pytest.mark.parametrize("data", [b"", b"not a certificate", b"\x30\x80", b"\x30\x00"])
def test_what_is_not_a_certificate_is_refused(data):
    with pytest.raises(ValueError):
        Certificate(data)
