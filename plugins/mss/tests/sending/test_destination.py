"""Where mail goes."""

from __future__ import annotations

from caducee_mss import Correspondent


def test_two_boxes_are_told_apart_whatever_the_case_and_none_is_named() -> None:
    one = Correspondent(address="Camille.Roux@m.mssante.fr")
    assert one.reference == Correspondent(address=" camille.roux@M.mssante.fr ").reference
    assert one.reference != Correspondent(address="autre@m.mssante.fr").reference
    assert "roux" not in one.reference
