"""The faults of INSi, in the two shapes that the real service gives them."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from caducee_sandbox.namespaces import SIRAM, SOAP
from caducee_sandbox.soap import fault_body

OPEN = f"<?xml version='1.0' encoding='UTF-8'?><soap:Envelope xmlns:soap={quoteattr(SOAP)}>"


@dataclass(frozen=True, kw_only=True)
class InsiFault:
    """A refusal. ``siram`` is the class, ``code`` the detail; ``user`` is for the person, ``technical`` for the log."""

    siram: str
    code: str
    user: str
    technical: str
    severity: str = "erreur"


class Refused(Exception):
    """A request that the service refuses."""

    def __init__(self, fault: InsiFault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def gateway(code: str, user: str, technical: str) -> Refused:
    """Return a refusal by the gateway: ``desir_…``."""
    return Refused(InsiFault(siram="siram_100", code=code, user=user, technical=technical))


def field(code: str, technical: str) -> Refused:
    """Return a refusal of one field of the request: ``insi_NN``."""
    user = "Le format d'un champ de la recherche est incorrect."
    return Refused(InsiFault(siram="siram_100", code=code, user=user, technical=technical))


TECHNICAL = InsiFault(
    siram="siram_40",
    code="insi_102",
    user="Le service est momentanement indisponible.",
    technical="Erreur technique lors de la recherche par traits",
    severity="fatal",
)
UNAVAILABLE = InsiFault(
    siram="siram_40",
    code="desir_1020",
    user="Le service appele est momentanement indisponible.",
    technical="Service indisponible",
    severity="fatale",
)


BURST = InsiFault(
    siram="siram_100",
    code="insi_90",
    user="La recuperation en nombre n'est pas permise.",
    technical="Trop d'identites differentes recherchees en peu de temps",
)


def fault_message(fault: InsiFault, message_id: str, *, severity: str = "") -> bytes:
    """Return the SOAP message of a fault. ``insi_102`` comes in the other shape, without message id."""
    if fault.code == TECHNICAL.code:
        return _back_end(fault)
    echoed = f" messageID={quoteattr(message_id)}" if fault.code.startswith("desir_") and message_id else ""
    detail = (
        f"<siram:Erreur xmlns:siram={quoteattr(SIRAM)} code={quoteattr(fault.code)}"
        f" severite={quoteattr(severity or fault.severity)}{echoed}>{escape(fault.technical)}</siram:Erreur>"
    )
    body = fault_body(side="Sender", code=fault.siram, reason=fault.user, detail=detail)
    return f"{OPEN}<env:Body xmlns:env={quoteattr(SOAP)}>{body}</env:Body></soap:Envelope>".encode()


def _back_end(fault: InsiFault) -> bytes:
    return (
        f"{OPEN}<env:Body xmlns:env={quoteattr(SOAP)} xmlns:S={quoteattr(SOAP)}><S:Fault><S:Code>"
        f"<S:Value>S:Receiver</S:Value><S:Subcode><S:Value>S:{fault.siram}</S:Value></S:Subcode></S:Code>"
        f'<S:Reason><S:Text xml:lang="en">{escape(fault.user)}</S:Text></S:Reason><S:Detail>'
        f"<siram:Erreur xmlns:siram={quoteattr(SIRAM)} severite={quoteattr(fault.severity)}"
        f" code={quoteattr(fault.code)}>{escape(fault.technical)}</siram:Erreur></S:Detail></S:Fault>"
        "</env:Body></soap:Envelope>"
    ).encode()
