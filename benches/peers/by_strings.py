"""The report by hand-tuned Python strings, already in canonical form: the best that Python does by itself."""

from __future__ import annotations

from collections.abc import Sequence

from benches.document.model import Observation, Report, Section
from caducee.cda.header import Organisation, Period, Professional
from caducee.rendering import CD, II, PQ, TEL

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"})
_SPECIAL = frozenset('&<>"\t\n\r')


def build(report: Report) -> bytes:
    """Return the document."""
    return "".join((_head(report), *_sections(report), "</structuredBody></component></ClinicalDocument>")).encode()


def _t(text: str) -> str:
    return text if _SPECIAL.isdisjoint(text) else text.translate(_TEXT)


def _a(text: str) -> str:
    return text if _SPECIAL.isdisjoint(text) else text.translate(_ATTRIBUTE)


def _ii(value: II) -> str:
    extension = f' extension="{_a(value.extension)}"' if value.extension else ""
    return f'<id{extension} root="{_a(value.root)}"></id>'


def _cd(name: str, value: CD) -> str:
    display = f' displayName="{_a(value.display)}"' if value.display else ""
    return f'<{name} code="{_a(value.code)}" codeSystem="{_a(value.system)}"{display}></{name}>'


def _pq(name: str, value: PQ, kind: str = "") -> str:
    return f'<{name} unit="{_a(value.unit or "")}" value="{value.value}"{kind}></{name}>'


def _tel(values: Sequence[TEL]) -> str:
    return "".join(
        f'<telecom use="{_a(t.use)}" value="{_a(t.value)}"></telecom>'
        if t.use
        else f'<telecom value="{_a(t.value)}"></telecom>'
        for t in values
    )


def _addr(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    return f"<addr>{''.join(f'<streetAddressLine>{_t(line)}</streetAddressLine>' for line in lines)}</addr>"


def _professional(p: Professional) -> str:
    prefix = f"<prefix>{_t(p.prefix)}</prefix>" if p.prefix else ""
    suffix = f"<suffix>{_t(p.suffix)}</suffix>" if p.suffix else ""
    return (
        f"{_ii(p.id)}{_cd('code', p.specialty)}{_addr(p.organisation.address)}{_tel(p.organisation.telecom)}"
        f"<assignedPerson><name>{prefix}<given>{_t(p.given)}</given><family>{_t(p.family)}</family>{suffix}"
        "</name></assignedPerson>"
    )


def _organisation(o: Organisation) -> str:
    return f"{_ii(o.id)}<name>{_t(o.name)}</name>{_tel(o.telecom)}{_addr(o.address)}"


def _period(p: Period) -> str:
    high = f'<high value="{_a(p.high)}"></high>' if p.high else ""
    return f'<effectiveTime><low value="{_a(p.low)}"></low>{high}</effectiveTime>'


def _head(d: Report) -> str:
    professional, organisation = _professional(d.author), _organisation(d.author.organisation)
    represented = f"<representedOrganization>{organisation}</representedOrganization>"
    setting = _cd("standardIndustryClassCode", d.author.organisation.setting)
    created, period = f'<time value="{_a(d.created)}"></time>', _period(d.service)
    return (
        '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<realmCode code="FR"></realmCode><typeId extension="POCD_HD000040" root="2.16.840.1.113883.1.3"></typeId>'
        '<templateId root="2.16.840.1.113883.2.8.2.1"></templateId>'
        '<templateId root="1.2.250.1.213.1.1.1.1"></templateId>'
        f"{_ii(d.id)}{_cd('code', d.type)}<title>{_t(d.title)}</title>"
        f'<effectiveTime value="{_a(d.created)}"></effectiveTime>{_cd("confidentialityCode", d.confidentiality)}'
        f'<languageCode code="{_a(d.language)}"></languageCode><setId root="{_a(d.series.root)}"></setId>'
        f'<versionNumber value="{d.version}"></versionNumber>{_patient(d)}'
        f"<author>{created}<assignedAuthor>{professional}{represented}</assignedAuthor></author>"
        f"<custodian><assignedCustodian><representedCustodianOrganization>{organisation}"
        "</representedCustodianOrganization></assignedCustodian></custodian>"
        f'<legalAuthenticator>{created}<signatureCode code="S"></signatureCode>'
        f"<assignedEntity>{professional}{represented}</assignedEntity></legalAuthenticator>"
        f'<documentationOf><serviceEvent>{period}<performer typeCode="PRF"><assignedEntity>{professional}'
        f"<representedOrganization>{organisation}{setting}</representedOrganization></assignedEntity></performer>"
        f"</serviceEvent></documentationOf><componentOf><encompassingEncounter>{period}<location><healthCareFacility>"
        f"{_ii(d.author.organisation.id)}{_cd('code', d.author.organisation.sector)}"
        "</healthCareFacility></location></encompassingEncounter></componentOf><component><structuredBody>"
    )


def _patient(d: Report) -> str:
    p = d.patient
    used = f'<family qualifier="CL">{_t(p.used_name)}</family>' if p.used_name else ""
    used += f'<given qualifier="CL">{_t(p.used_given_name)}</given>' if p.used_given_name else ""
    place = (
        f"<birthplace><place><addr><county>{_t(p.birth_place)}</county></addr></place></birthplace>"
        if p.birth_place
        else ""
    )
    return (
        f"<recordTarget><patientRole>{''.join(map(_ii, p.ids))}{_addr(p.address)}{_tel(p.telecom)}<patient><name>"
        f'<family qualifier="BR">{_t(p.birth_name)}</family><given>{_t(p.given_names)}</given>'
        f'<given qualifier="BR">{_t(p.first_given_name)}</given>{used}</name>'
        f'{_cd("administrativeGenderCode", p.gender)}<birthTime value="{_a(p.birth_time)}"></birthTime>{place}'
        "</patient></patientRole></recordTarget>"
    )


def _sections(d: Report) -> list[str]:
    return [_section(s, i) for i, s in enumerate(d.sections, start=1)]


def _section(s: Section, i: int) -> str:
    rows, entries = [], []
    for n, o in enumerate(s.observations, start=1):
        rows.append(
            f'<tr ID="r{i}-{n}"><td>{_t(o.code.display or "")}</td><td>{o.value.value} {_t(o.value.unit or "")}</td>'
            f"<td>{o.low.value} - {o.high.value}</td><td>{_t(o.method or '')}</td></tr>"
        )
        entries.append(_entry(o, f"#r{i}-{n}"))
    return (
        f"<component><section>{_ii(s.id)}{_cd('code', s.code)}<title>{_t(s.title)}</title>"
        '<text><table border="1"><thead><tr><th>Examen</th><th>Résultat</th><th>Intervalle</th><th>Technique</th></tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table></text>{''.join(entries)}</section></component>"
    )


def _entry(o: Observation, reference: str) -> str:
    method = f"<methodCode><originalText>{_t(o.method)}</originalText></methodCode>" if o.method else ""
    typed = ' xsi:type="PQ"'
    return (
        '<entry typeCode="DRIV"><observation classCode="OBS" moodCode="EVN">'
        f'<templateId root="1.3.6.1.4.1.19376.1.3.1.6"></templateId>{_ii(o.id)}{_cd("code", o.code)}'
        f'<text><reference value="{reference}"></reference></text><statusCode code="completed"></statusCode>'
        f'<effectiveTime value="{_a(o.at)}"></effectiveTime>{_pq("value", o.value, typed)}'
        f'{_cd("interpretationCode", o.interpretation)}{method}<referenceRange typeCode="REFV">'
        f'<observationRange classCode="OBS" moodCode="EVN.CRT"><value xsi:type="IVL_PQ">{_pq("low", o.low)}'
        f'{_pq("high", o.high)}</value><interpretationCode code="N" codeSystem="2.16.840.1.113883.5.83">'
        "</interpretationCode></observationRange></referenceRange></observation></entry>"
    )
