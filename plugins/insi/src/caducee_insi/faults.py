"""The faults of INSi as typed errors, with the service's own codes and texts kept.

Three layers: ``siram_NN`` is the class, ``desir_NN`` comes from the gateway, ``insi_NN`` from INSi itself. Few pairs
are public: they stand in ``faults.toml``. An unknown code is refused without retry, and both its texts are shown.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

from caducee.drift import TOLERANCE, Drift
from caducee.errors import ClockDrift, Explanation, Retry, ServiceRejected, ServiceUnavailable
from caducee.wire.fault import PROOF_REFUSED, Fault, clock_drift
from caducee.wire.xml import attribute, child, text

SIRAM = "urn:siram"
SERVICE = "insi"


class FaultMeaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one code means and what the desk does."""

    kind: Literal["unavailable", "configuration", "input"]
    sentence: str
    remedy: str


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the unknown codes of one family mean."""

    pattern: str
    sentence: str
    remedy: str


class InsiFault(msgspec.Struct, frozen=True, kw_only=True):
    """A fault read from an answer: class and detail codes, severity, both texts, the message it answers."""

    siram: str
    code: str
    severity: str
    user_text: str
    technical_text: str
    message_id: str

    @property
    def service_code(self) -> str:
        """Both codes, as the support of the service asks for them."""
        return "/".join(code for code in (self.siram, self.code) if code)


class InsiUnavailable(ServiceUnavailable):
    """INSi says it is out of order; the same request may be made again."""

    code = "insi.unavailable"

    def __init__(self, fault: InsiFault) -> None:
        self.fault = fault
        super().__init__(SERVICE, "fault", service_code=fault.service_code, service_text=fault.user_text)

    def explain(self) -> Explanation:
        """Return the sentence of the code."""
        return _explained(self.fault) or super().explain()


class InsiRefused(ServiceRejected):
    """INSi refused the request: nothing changes by asking again."""

    code = "insi.refused"
    retry = Retry.NEVER

    def __init__(self, fault: InsiFault) -> None:
        self.fault = fault
        super().__init__(SERVICE, "fault", service_code=fault.service_code, service_text=fault.user_text)

    def explain(self) -> Explanation:
        """Return the sentence of the code, with the service's own words."""
        known, general = _explained(self.fault), super().explain()
        if known is None:
            return general
        return Explanation(f"{known.sentence} Motif du service : {self.service_code} {self.service_text}", known.remedy)


@cache
def meanings() -> dict[str, FaultMeaning]:
    """Return the known codes."""
    raw = tomllib.loads(files("caducee_insi").joinpath("faults.toml").read_text(encoding="utf-8"))
    return msgspec.convert(raw["codes"], dict[str, FaultMeaning])


@cache
def families() -> tuple[Family, ...]:
    """Return what unknown codes mean by their family alone."""
    raw = tomllib.loads(files("caducee_insi").joinpath("faults.toml").read_text(encoding="utf-8"))
    return msgspec.convert(raw["families"], tuple[Family, ...])


def explain(code: str) -> Explanation | None:
    """Return the French sentence and remedy of a code of INSi, alone or as ``class/detail``; the detail wins.

    A code that no public source shows is explained by its family; ``None`` when it is none of these services'.
    """
    parts = tuple(reversed(code.split("/")))
    known: FaultMeaning | Family | None = next((meanings()[part] for part in parts if part in meanings()), None)
    if known is None:
        likely = (one for part in parts for one in families() if re.fullmatch(one.pattern, part))
        known = next(likely, None)
    return Explanation(known.sentence, known.remedy) if known is not None else None


def read_insi_fault(fault: Fault) -> InsiFault:
    """Read the detail of a SOAP fault, whatever its prefixes and whether or not it names the message."""
    detail: Any = child(fault.detail, SIRAM, "Erreur")
    return InsiFault(
        siram=fault.subcode,
        code=attribute(detail, "code"),
        severity=attribute(detail, "severite"),
        user_text=fault.text,
        technical_text=text(detail),
        message_id=attribute(detail, "messageID"),
    )


def fault_error(fault: Fault, drift: Drift | None = None) -> InsiUnavailable | InsiRefused | ClockDrift:
    """Return the typed error: only what is known to be passing may be asked again.

    By which code an assertion out of its time is refused is not public. So a refusal of who calls, or one of the
    gateway that no public source explains, is taken for it when the clocks are far apart (``drift``).
    """
    read = read_insi_fault(fault)
    kinds = {meanings()[code].kind for code in (read.siram, read.code) if code in meanings()}
    if kinds == {"unavailable"}:
        return InsiUnavailable(read)
    refused = InsiRefused(read)
    of_the_gateway = read.siram in PROOF_REFUSED or read.code.startswith("desir_")
    if drift is not None and drift.beyond(TOLERANCE) and of_the_gateway and not kinds:
        return clock_drift(refused, drift)
    return refused


def _explained(fault: InsiFault) -> Explanation | None:
    return explain(fault.service_code)
