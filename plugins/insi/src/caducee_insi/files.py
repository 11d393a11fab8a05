"""Two files of one person, or one file of two: when they may be joined. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from caducee.errors import IdentityError
from caducee.model.patient import Patient
from caducee_insi.comparison import Verdict, compare
from caducee_insi.trail import SPLIT, Decision


class MergeRefused(IdentityError):
    """The two files do not look like those of one person; nothing changed."""

    code = "insi.merge_refused"
    sentence = "Ces deux dossiers ne peuvent pas être fusionnés."
    remedy = "Comparez les deux identités : deux INS différents sont deux personnes ; corrigez d'abord l'erreur."


class SplitRefused(IdentityError):
    """The two files cannot be parted; nothing changed."""

    code = "insi.split_refused"
    sentence = "Ces deux dossiers ne peuvent pas être séparés."
    remedy = "Séparez un dossier de celui dans lequel il a été fusionné, et non d'un autre."


def check_merge(kept: Patient, absorbed: Patient, *, despite_differences: bool) -> None:
    """Check that two files may be joined.

    Raises:
        MergeRefused: the same file twice, two matricules, or major differences that nobody took on.
    """
    if kept.local_id == absorbed.local_id:
        raise MergeRefused("the same file twice")
    if kept.ins is not None and absorbed.ins is not None and kept.ins != absorbed.ins:
        raise MergeRefused("two matricules")
    if compare(absorbed.traits, kept.traits).verdict is Verdict.MAJOR and not despite_differences:
        raise MergeRefused("major differences")


def check_split(kept: Patient, separated: Patient, *, merged_into: str) -> None:
    """Check that ``separated`` may be parted from ``kept``: merged into it, or into none.

    Raises:
        SplitRefused: the same file twice, or one that a third file holds.
    """
    if kept.local_id == separated.local_id:
        raise SplitRefused("the same file twice")
    if merged_into not in ("", kept.local_id):
        raise SplitRefused("merged into a third file")


def absorbed(decisions: tuple[Decision, ...]) -> Iterator[str]:
    """Return the files that were merged into this one and not parted from it again, in the order of their merge."""
    inside: dict[str, None] = {}
    for one in decisions:
        if one.action == "insi.merge":
            inside[one.other] = None
        elif one.action == SPLIT:
            inside.pop(one.other, None)
    return iter(inside)
