"""Rules on what identifies people, structures, files and versions. The national stack lets most of them pass."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from lxml import etree

from caducee.cda.reading.elements import attribute, child, children, identifier, text
from caducee.cda.rules.engine import Rule, finding
from caducee.cda.rules.finding import RuleFinding, Severity
from caducee.cda.rules.index import Index
from caducee.cda.rules.words import Words, missing
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIA, INS_NIR, INS_NIR_DEMO, INS_NIR_TEST
from caducee.model.nir import is_matricule
from caducee.model.rpps import has_check_digit, is_professional, is_structure

_INS = frozenset({INS_NIR, INS_NIA, INS_NIR_TEST, INS_NIR_DEMO})
_PROFESSIONAL, _STRUCTURE = "1.2.250.1.71.4.2.1", "1.2.250.1.71.4.2.2"
_TAIL = 1024
_MINIMAL = "CI-SIS, structuration minimale"


def run_known(index: Index, environment: Environment) -> Iterator[RuleFinding]:
    """Yield what is wrong with identifiers, files and versions."""
    yield from _ins(index)
    yield from _professionals(index, environment)
    yield from _structures(index)
    yield from _level_1(index)
    yield from _files(index)
    yield from _versions(index)
    yield from _concerns(index)


def _ins(index: Index) -> Iterator[RuleFinding]:
    """With an INS come all its traits, and the key is right."""
    role = child(index.document, "recordTarget", "patientRole")
    if role is None:
        return
    known = [one for one in children(role, "id") if attribute(one, "root") in _INS]
    for one in known:
        if not is_matricule(attribute(one, "extension")):
            rule = Rule(code="cda.ins.key", source="Référentiel INS", field="patient.ins.matricule")
            yield finding(rule, one, _WRONG_KEY)
    if not known:
        return
    person = child(role, "patient")
    for path, at, field in _TRAITS:
        if not any(text(one) for one in _qualified(person, path, at)):
            rule = Rule(code=f"cda.ins.{field}", source=f"{_MINIMAL}, patient", field=f"patient.traits.{field}")
            yield finding(rule, role, missing("un trait de l'identité INS", "/".join(path)))


_TRAITS = (
    (("name", "family"), "BR", "birth_name"),
    (("name", "given"), "BR", "given_names"),
    (("name", "given"), None, "given_names"),
    (("birthplace", "place", "addr", "county"), None, "birth_place"),
)
_WRONG_KEY = Words(
    "Le matricule INS est faux : sa clé de contrôle ne convient pas.",
    "Le matricule a été saisi à la main, ou tronqué.",
    "Redemandez l'identité à INSi, puis refaites le document.",
)


def _qualified(person: etree._Element | None, path: tuple[str, ...], qualifier: str | None) -> list[etree._Element]:
    return [one for one in children(person, *path) if one.get("qualifier") == qualifier]


def _professionals(index: Index, environment: Environment) -> Iterator[RuleFinding]:
    """Test cards have numbers that fail their check digit: an error in production only."""
    severity = Severity.ERROR if environment is Environment.PRODUCTION else Severity.WARNING
    form = Rule(code="cda.ps.form", source="ANS, sources des données personnes et structures", field="author")
    key = Rule(code="cda.ps.key", source=form.source, severity=severity, field="author")
    for one in index.named("id"):
        if attribute(one, "root") != _PROFESSIONAL or one.get("nullFlavor") is not None:
            continue
        number = attribute(one, "extension")
        if not is_professional(number):
            yield finding(form, one, _WRONG_PROFESSIONAL)
        elif not has_check_digit(number):
            yield finding(key, one, _WRONG_RPPS)


_WRONG_PROFESSIONAL = Words(
    "L'identifiant d'un professionnel n'est ni « 8 » et 11 chiffres (RPPS), ni « 0 » et 9 chiffres (ADELI).",
    "Le chiffre qui nomme le registre manque, ou le numéro est tronqué.",
    "Corrigez l'identifiant du professionnel dans la configuration.",
)
_WRONG_RPPS = Words(
    "Le numéro RPPS d'un professionnel est faux (clé de contrôle).",
    "Le numéro a été mal saisi ; les cartes de test ont aussi de tels numéros.",
    "Vérifiez le numéro sur la carte ou dans l'annuaire.",
)


def _structures(index: Index) -> Iterator[RuleFinding]:
    rule = Rule(
        code="cda.structure.form",
        source="ANS, sources des données personnes et structures",
        severity=Severity.WARNING,
        field="author",
    )
    for one in index.named("id"):
        if attribute(one, "root") == _STRUCTURE and not is_structure(attribute(one, "extension")):
            yield finding(rule, one, _WRONG_STRUCTURE)


_WRONG_STRUCTURE = Words(
    "L'identifiant d'une structure ne commence pas par le chiffre de son registre, ou n'en a pas la longueur.",
    "Le numéro FINESS ou SIRET a été donné sans son préfixe.",
    "Corrigez l'identifiant de la structure dans la configuration.",
)


def _level_1(index: Index) -> Iterator[RuleFinding]:
    """A level 1 has exactly three templates, the third of which is its own; nothing else has it (XDS-SD)."""
    template = "1.3.6.1.4.1.19376.1.2.20"
    declared = [attribute(one, "root") for one in children(index.document, "templateId")]
    level_1 = child(index.document, "component", "nonXMLBody") is not None
    if level_1 is not (template in declared) or (level_1 and len(declared) != len(_THREE)):
        rule = Rule(code="cda.level_1.templates", source=f"{_MINIMAL}, templateId")
        yield finding(
            rule,
            index.document,
            Words(
                "Un niveau 1 déclare exactement trois modèles, dont celui des corps non structurés ; lui seul l'a.",
                "Le document a été fait avec le modèle d'un autre niveau.",
                "Refaites le document avec le bon modèle.",
            ),
        )


_THREE = range(3)


def _files(index: Index) -> Iterator[RuleFinding]:
    """What says that it is base 64 is; what says that it is a PDF is one, whole, and PDF/A as far as it says itself."""
    carried = [(one, "body.content") for one in children(index.document, "component", "nonXMLBody", "text")]
    carried += [(one, "body.pdf") for media in index.named("observationMedia") for one in children(media, "value")]
    for element, field in carried:
        if attribute(element, "representation") != "B64":
            continue
        try:
            content = base64.b64decode("".join((element.text or "").split()), validate=True)
        except (binascii.Error, ValueError):
            yield finding(
                Rule(code="cda.file.base64", source="HL7 v3 Data Types, ED", field=field), element, _NOT_BASE64
            )
            continue
        if attribute(element, "mediaType") == "application/pdf":
            yield from _pdf(element, content, field)


def _pdf(element: etree._Element, content: bytes, field: str) -> Iterator[RuleFinding]:
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-_TAIL:]:
        yield finding(Rule(code="cda.file.pdf", source="ISO 32000-1, 7.5", field=field), element, _NOT_PDF)
    elif b"pdfaid" not in content:
        rule = Rule(code="cda.file.pdfa", source="ISO 19005-1", severity=Severity.WARNING, field=field)
        yield finding(rule, element, _NOT_PDFA)


_NOT_BASE64 = Words(
    "Un fichier joint n'est pas en base 64 : il ne pourra pas être ouvert.",
    "Le fichier a été coupé, ou collé tel quel.",
    "Joignez de nouveau le fichier, puis refaites le document.",
)
_NOT_PDF = Words(
    "Un fichier joint qui se dit PDF n'en est pas un, ou sa fin manque.",
    "Le fichier a été coupé, ou son type est faux.",
    "Joignez de nouveau le fichier, puis refaites le document.",
)
_NOT_PDFA = Words(
    "Un fichier joint est un PDF qui ne se dit pas PDF/A-1.",
    "Le fichier vient d'un traitement de texte ou d'un scanner.",
    "Convertissez le fichier (caducee.pdfa), puis refaites le document.",
)


def _versions(index: Index) -> Iterator[RuleFinding]:
    """A replacement is a higher version, of another document than itself (CI-SIS relates none of these)."""
    version = attribute(child(index.document, "versionNumber"), "value")
    own = child(index.document, "id")
    for one in children(index.document, "relatedDocument"):
        if attribute(one, "typeCode") != "RPLC":
            continue
        parent = child(one, "parentDocument", "id")
        before = attribute(child(one, "parentDocument", "versionNumber"), "value")
        if not version.isdigit() or int(version) <= (int(before) if before.isdigit() else 1):
            rule = Rule(code="cda.version.raised", source=f"{_MINIMAL}, versionNumber", field="replaces.version")
            yield finding(rule, one, _NOT_RAISED)
        if parent is not None and own is not None and identifier(parent) == identifier(own):
            rule = Rule(code="cda.version.itself", source=f"{_MINIMAL}, relatedDocument", field="replaces.document_id")
            yield finding(rule, one, _ITSELF)


_NOT_RAISED = Words(
    "Ce document en remplace un autre, mais son numéro de version n'a pas augmenté.",
    "Le document a été refait sans changer son numéro de version.",
    "Donnez à la nouvelle version le numéro suivant.",
)
_ITSELF = Words(
    "Ce document dit se remplacer lui-même.",
    "La nouvelle version a gardé l'identifiant de la précédente.",
    "Donnez à la nouvelle version son propre identifiant.",
)


def _concerns(index: Index) -> Iterator[RuleFinding]:
    """What is over has an end; what is not has none (CI-SIS, problème)."""
    for one in index.with_template("1.3.6.1.4.1.19376.1.5.3.1.4.5.1"):
        over = attribute(child(one, "statusCode"), "code") in ("completed", "aborted")
        if over is not (child(one, "effectiveTime", "high") is not None):
            rule = Rule(code="cda.concern.end", source="CI-SIS, modèles de contenus CDA, problème ou allergie")
            yield finding(
                rule,
                one,
                Words(
                    "Un problème terminé a une date de fin (même inconnue) ; un problème en cours n'en a pas.",
                    "Le statut et les dates du problème ne s'accordent pas.",
                    "Corrigez le statut ou la date de fin.",
                ),
            )
