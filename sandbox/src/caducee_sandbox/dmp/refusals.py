"""How the DMP refuses: a SOAP fault, or a list of registry errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from caducee_sandbox.namespaces import RS

SUCCESS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
FAILURE = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure"
PARTIAL = "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess"
ERROR = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"
DENIED = "DMPAccessDeniedByRightsService"
METADATA = "XDSRepositoryMetadataError"


@dataclass(frozen=True)
class RegistryError:
    """One registry error: an IHE or DMP code, and its text."""

    code: str
    context: str


class Faulted(Exception):
    """A request answered by a SOAP fault."""

    def __init__(self, code: str, reason: str, *, side: str = "Sender") -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason
        self.side = side


class Refused(Exception):
    """A request answered by registry errors; all those that were found."""

    def __init__(self, errors: Sequence[RegistryError]) -> None:
        super().__init__(", ".join(error.code for error in errors))
        self.errors = tuple(errors)


def refuse(code: str, context: str) -> Refused:
    """Return a refusal with one error."""
    return Refused([RegistryError(code, context)])


def registry_response(errors: Sequence[RegistryError] = (), *, status: str = "") -> str:
    """Return a RegistryResponse: Success without errors, else Failure unless told otherwise."""
    state = status or (FAILURE if errors else SUCCESS)
    head = f"<rs:RegistryResponse xmlns:rs={quoteattr(RS)} status={quoteattr(state)}"
    return f"{head}>{error_list(errors)}</rs:RegistryResponse>" if errors else f"{head}/>"


def error_list(errors: Sequence[RegistryError]) -> str:
    """Return a RegistryErrorList; empty when there is no error."""
    if not errors:
        return ""
    rows = "".join(
        f"<rs:RegistryError errorCode={quoteattr(e.code)} codeContext={quoteattr(e.context)}"
        f' location="" severity={quoteattr(ERROR)}/>'
        for e in errors
    )
    head = f"<rs:RegistryErrorList xmlns:rs={quoteattr(RS)} highestSeverity={quoteattr(ERROR)}>"
    return f"{head}{rows}</rs:RegistryErrorList>"
