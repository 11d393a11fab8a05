"""Who may not see a document: the masks of the DMP (JDV_J08, scheme 1.2.250.1.213.1.1.4.13)."""

from __future__ import annotations

from enum import StrEnum

from caducee.model.codes import Code

_SYSTEM = "1.2.250.1.213.1.1.4.13"


class Mask(StrEnum):
    """A mask, as the metadata say it."""

    PROFESSIONALS = "MASQUE_PS"
    PATIENT = "INVISIBLE_PATIENT"
    REPRESENTATIVES = "INVISIBLE_REPRESENTANTS_LEGAUX"

    def as_code(self) -> Code:
        """Return it as a coded value."""
        return Code(self, _SYSTEM, _LABELS[self])


_LABELS = {
    Mask.PROFESSIONALS: "Masqué aux professionnels de santé",
    Mask.PATIENT: "Non visible par le patient",
    Mask.REPRESENTATIVES: "Non visible par les représentants légaux",
}


def masks_of(codes: tuple[Code, ...]) -> frozenset[Mask]:
    """Return the masks among the confidentiality codes of a document."""
    known = {mask.value: mask for mask in Mask}
    return frozenset(known[code.code] for code in codes if code.code in known)
