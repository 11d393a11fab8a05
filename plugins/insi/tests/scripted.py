"""INSi as the tests script it: a still clock, a journal in memory, answers under any prefix and in any order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from caducee.contracts.http import NO_HEADERS, HttpAnswer
from caducee.errors import CaduceeError


class StillClock:
    """Time stands, unless ``days`` are added; waits are counted."""

    def __init__(self) -> None:
        self.waited: list[float] = []
        self.days = 0

    def now(self) -> datetime:
        return datetime(2026, 11, 25, 8, 30, 15, 125_000, tzinfo=UTC) + timedelta(days=self.days)

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)


class ScriptedChannel:
    """Answers what the script says, one entry for each request; keeps what was sent."""

    def __init__(self, *script: HttpAnswer | CaduceeError) -> None:
        self._script = list(script)
        self.sent: list[bytes] = []

    async def post(self, envelope: bytes, action: str, *, headers: Mapping[str, str] = NO_HEADERS) -> HttpAnswer:
        self.sent.append(envelope)
        answer = self._script.pop(0)
        if isinstance(answer, CaduceeError):
            raise answer
        return answer


def soap(body: str, status: int = 200) -> HttpAnswer:
    envelope = f"""<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><env:Body
 xmlns:env="http://www.w3.org/2003/05/soap-envelope">{body}</env:Body></soap:Envelope>"""
    return HttpAnswer(status=status, content_type="application/soap+xml; charset=utf-8", body=envelope.encode())


def result(code: str, individual: str = "") -> HttpAnswer:
    return soap(
        f"""<r:RESULTAT xmlns:r="http://www.cnamts.fr/INSiResultat">
 <r:CR><r:LibelleCR>texte</r:LibelleCR><r:CodeCR>{code}</r:CodeCR></r:CR>{individual}</r:RESULTAT>"""
    )


def individual(oid: str = "1.2.250.1.213.1.4.10", key: str = "<r:Cle>06</r:Cle>", former: str = "") -> str:
    return f"""<r:INDIVIDU>
 <r:TIQ><r:LieuNaissance>63999</r:LieuNaissance><r:Sexe>F</r:Sexe><r:ListePrenom>JEANNE MARIE</r:ListePrenom>
 <r:DateNaissance>1975-03-12</r:DateNaissance><r:NomNaissance>NESSI-TEST</r:NomNaissance></r:TIQ>{former}
 <r:INSACTIF><r:OID>{oid}</r:OID><r:IdIndividu>{key}<r:NumIdentifiant>2750363999001</r:NumIdentifiant></r:IdIndividu>
 </r:INSACTIF></r:INDIVIDU>"""


def fault(siram: str, code: str, party: str = "Sender") -> HttpAnswer:
    return soap(
        f"""<S:Fault xmlns:S="http://www.w3.org/2003/05/soap-envelope"><S:Code><S:Value>S:{party}</S:Value>
 <S:Subcode><S:Value>S:{siram}</S:Value></S:Subcode></S:Code><S:Reason><S:Text xml:lang="en">texte du service</S:Text>
 </S:Reason><S:Detail><x:Erreur xmlns:x="urn:siram" severite="fatal" code="{code}">texte technique</x:Erreur>
 </S:Detail></S:Fault>""",
        status=500,
    )
