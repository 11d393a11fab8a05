"""What is missing before a real service may be spoken to: all of it at once, before anything is opened or started."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from caducee.config import Config
from caducee.contracts.plugin import Prerequisite
from caducee.errors import Finding
from caducee.golive.certificates import unfit_certificates
from caducee.golive.finding import RULE
from caducee.golive.practice import unreal_practice
from caducee.golive.services import unmet_prerequisites
from caducee.model.environment import Environment

__all__ = ["RULE", "missing"]


def missing(
    config: Config, prerequisites: Mapping[str, tuple[Prerequisite, ...]], certificate: Callable[[str], bytes]
) -> tuple[Finding, ...]:
    """Return each missing thing, the key that must hold it and whose agreement it takes; the sandbox needs nothing.

    ``prerequisites`` are the plugins' own, by their names. ``certificate`` opens the certificate of
    ``[credentials.NAME]`` (DER) and raises ``ConfigError`` when it cannot.
    """
    if config.kernel.environment is Environment.SANDBOX:
        return ()
    return (
        *unreal_practice(config),
        *unfit_certificates(config, certificate),
        *unmet_prerequisites(config, prerequisites),
    )
