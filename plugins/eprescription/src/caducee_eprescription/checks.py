"""Findings of other products (drug safety): found by entry point, enabled by name, never trusted to be there.

A check is a callable ``(document) -> Iterable[Finding]``, quick and without network, in the group ``GROUP``. What it
finds is shown to the doctor beside our own warnings: it stops nothing, the doctor decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import entry_points

from caducee.errors import ConfigError, Finding
from caducee.model.document import Document

GROUP = "caducee.prescription_checks"
Check = Callable[[Document], Iterable[Finding]]


def enabled(names: tuple[str, ...]) -> dict[str, Check]:
    """Load the checks that the configuration names.

    Raises:
        ConfigError: one is not installed.
    """
    known = {entry.name: entry for entry in entry_points(group=GROUP)}
    missing = tuple(
        Finding(field="plugins.eprescription.checks", rule="config.checks", message=f"« {name} » n'est pas installé.")
        for name in names
        if name not in known
    )
    if missing:
        raise ConfigError(missing)
    return {name: known[name].load() for name in names}


def findings(checks: dict[str, Check], document: Document) -> tuple[Finding, ...]:
    """Ask each; one that fails is named, so that nobody believes that it found nothing."""
    found: list[Finding] = []
    for name, one in checks.items():
        try:
            found += one(document)
        except Exception:  # noqa: BLE001 - a stranger's check never ends the prescription
            message = f"Le contrôle « {name} » n'a pas abouti : son avis manque."
            found.append(Finding(field="body", rule="rx.check.failed", message=message))
    return tuple(found)
