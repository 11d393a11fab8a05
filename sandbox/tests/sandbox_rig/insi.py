"""Hand-made INSi requests."""

from __future__ import annotations

ACTION = "urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecTraitsIdentite"
CONTENT_TYPE = f'application/soap+xml; charset=utf-8; action="{ACTION}"'
MESSAGE_ID = "uuid:3c5d0a52-8c1e-4a37-9b39-0f6d6f1d2a10"
ENVELOPE = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://www.w3.org/2005/08/addressing" xmlns:b="urn:siram:bam:ctxbam" xmlns:l="urn:siram:lps:ctxlps"><s:Header>
<a:Action>{action}</a:Action><a:MessageID>{message_id}</a:MessageID>{security}
<b:ContexteBAM Version="01_02"><b:Id>11111111-2222-4333-8444-555555555555</b:Id>
<b:Temps>2026-11-25T08:00:00.000Z</b:Temps>
<b:Emetteur>499700000017001</b:Emetteur>{couverture}</b:ContexteBAM>
<l:ContexteLPS Version="{lps_version}" Nature="CTXLPS"><l:Id>11111111-2222-4333-8444-555555555556</l:Id>
<l:Temps>2026-11-25T08:00:00.000Z</l:Temps><l:Emetteur>499700000017001</l:Emetteur>
<l:LPS><l:IDAM R="{r}">{idam}</l:IDAM>
<l:Version>1.0</l:Version><l:Instance>11111111-2222-4333-8444-555555555557</l:Instance><l:Nom>urn:lps:ESSAI:1.0</l:Nom>
</l:LPS></l:ContexteLPS></s:Header><s:Body>
<RECSANSVITALE xmlns="http://www.cnamts.fr/INSiRecSans">{traits}</RECSANSVITALE>
</s:Body></s:Envelope>"""
PARTS = {
    "action": ACTION,
    "message_id": MESSAGE_ID,
    "security": "",
    "couverture": "<b:COUVERTURE/>",
    "lps_version": "01_00",
    "r": "4",
    "idam": "NUMAUTOSIMU1",
}


def traits(name: str, given: str, sex: str, birth: str, place: str = "") -> str:
    where = f"<LieuNaissance>{place}</LieuNaissance>" if place else ""
    return (
        f"<NomNaissance>{name}</NomNaissance><Prenom>{given}</Prenom><Sexe>{sex}</Sexe>"
        f"<DateNaissance>{birth}</DateNaissance>{where}"
    )


JEANNE = traits("NESSI-TEST", "JEANNE", "F", "1975-03-12")


def search(asked: str = JEANNE, **changed: str) -> bytes:
    return ENVELOPE.format(traits=asked, **{**PARTS, **changed}).encode()
