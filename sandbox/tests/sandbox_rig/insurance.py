"""Hand-made requests to the other services of the Assurance Maladie, and to INSi by its other ways in."""

from __future__ import annotations

from sandbox_rig.insi import ACTION, search

SERVICE = ACTION.rpartition(":")[0]
CARD = f"{SERVICE}:rechercherInsAvecCarteVitale"
UNIT = f"{SERVICE}:verifierInsAvecTraitsIdentite"
RIGHTS = "urn:adr:1.1.0:acquerirLesDroits"
OPEN = "urn:ApCV_AUTH:1.0.0:authentifierUtilisateurProximite"
CLOSE = "urn:ApCV_AUTH:1.0.0:detruireContexteApCV"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


def content_type(action: str) -> str:
    return f'application/soap+xml; charset=utf-8; action="{action}"'


def enveloped(action: str, body: str, **changed: str) -> bytes:
    whole = search("", action=action, **changed).decode()
    at = whole.index("<RECSANSVITALE"), whole.index("</s:Body>")
    return (whole[: at[0]] + body + whole[at[1] :]).encode()


def without_bam(envelope: bytes) -> bytes:
    text = envelope.decode()
    return (text[: text.index("<b:ContexteBAM")] + text[text.index("<l:ContexteLPS") :]).encode()


def by_card(holder: str, birth: str, *, individual: str = "", rank: str = "1", name: str = "") -> str:
    one = f"<MatriculeIndividu><NumIdentifiant>{individual}</NumIdentifiant></MatriculeIndividu>" if individual else ""
    named = f"<NomNaissance>{name}</NomNaissance>" if name else ""
    return (
        f'<RECVITALE xmlns="http://www.cnamts.fr/INSiRecVit">{one}<MatriculeOD><NumIdentifiant>{holder}'
        f"</NumIdentifiant></MatriculeOD>{named}<DateNaissance>{birth}</DateNaissance>"
        f"<RangNaissance>{rank}</RangNaissance></RECVITALE>"
    )


def assertion(qualifier: str, name_id: str, *attributes: tuple[str, str]) -> str:
    told = "".join(
        f'<Attribute Name="{name}"><AttributeValue>{value}</AttributeValue></Attribute>' for name, value in attributes
    )
    return (
        '<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" IssueInstant="2026-11-25T08:00:00.000Z"'
        f' Version="2.0"><Issuer>x</Issuer><Subject><NameID NameQualifier="{qualifier}">{name_id}</NameID></Subject>'
        f"<AttributeStatement>{told}</AttributeStatement></Assertion>"
    )


def secured(*assertions: str) -> str:
    return f'<w:Security xmlns:w="{WSSE}">{"".join(assertions)}</w:Security>'
