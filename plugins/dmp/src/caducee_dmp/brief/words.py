"""What the brief says in French."""

from __future__ import annotations

from datetime import UTC, datetime

from caducee_dmp.brief.model import Answer, Part, PartName, Piece

TITLES = {
    PartName.SUMMARY: "Synthèse médicale",
    PartName.PROFILE: "Profil médical renseigné par le patient",
    PartName.HOSPITAL: "Lettres et comptes rendus hospitaliers",
    PartName.BIOLOGY: "Dernière biologie",
    PartName.IMAGING: "Dernière imagerie",
    PartName.VACCINATIONS: "Vaccinations",
    PartName.WISHES: "Directives anticipées, volontés et contacts",
    PartName.TREATMENTS: "Traitements remboursés sur 24 mois",
}
ANSWERS = {
    Answer.NONE: "Aucun",
    Answer.NOT_FETCHED: "Non récupéré",
    Answer.NOT_PERMITTED: "Accès non autorisé",
    Answer.UNREADABLE: "Illisible",
}
OF_THE_PATIENT = "Renseigné par le patient, non vérifié par un professionnel"
FROM_INSURANCE = (
    "Données de remboursement de l'Assurance maladie : ce qui a été délivré, pas ce qui est pris. "
    "Les traitements non remboursés et ceux de l'hôpital n'y sont pas."
)


def of_part(part: Part, *, filtered: bool, opposed: bool = False) -> str:
    """Return what there is to say of a part beside what it shows; empty when it shows all there is."""
    within = f"pour les soins depuis le {day(part.since)}" if part.since else "quelle que soit la date"
    match part.answer:
        case Answer.NONE:
            return f"Le DMP a été interrogé : il ne montre aucun document de ce type {within}."
        case Answer.NOT_PERMITTED if part.pieces:
            return "Ces documents sont dans le DMP, qui ne vous autorise pas à les lire."
        case Answer.NOT_PERMITTED if opposed:
            return "Le patient s'oppose à la consultation de son dossier : rien n'a été demandé au DMP."
        case Answer.NOT_PERMITTED:
            return "Le DMP ne vous autorise pas à consulter ce dossier. Cela ne dit pas s'il contient ces documents."
        case Answer.NOT_FETCHED if part.pieces:
            return "Le document est dans le DMP ; son contenu n'a pas encore été récupéré."
        case Answer.NOT_FETCHED if filtered:
            return "Ce type de document n'est pas suivi dans ce logiciel : élargissez la recherche pour le savoir."
        case Answer.NOT_FETCHED if part.since:
            return (
                f"Rien {within}. Les documents plus anciens n'ont pas été demandés : "
                "lancez la recherche sans limite de date."
            )
        case Answer.NOT_FETCHED:
            return "Le DMP n'a pas encore été interrogé pour ce patient."
    return f"Recherche limitée aux soins depuis le {day(part.since)}." if part.since else ""


def of_piece(piece: Piece) -> str:
    """Return what there is to say of a document that is not shown, or not whole."""
    match piece.answer:
        case Answer.NOT_PERMITTED:
            return "Le DMP ne vous autorise pas à lire ce document."
        case Answer.NOT_FETCHED if piece.code:
            return "Ce document n'a pas pu être récupéré ; il le sera à la prochaine synchronisation."
        case Answer.NOT_FETCHED:
            return "Le contenu de ce document n'a pas encore été récupéré."
        case Answer.UNREADABLE:
            return "Le contenu de ce document ne peut pas être lu ici : ouvrez-le depuis le dossier."
    if piece.incomplete:
        return "Ce document présente des anomalies ; il est peut-être incomplet."
    if piece.file:
        return "Ce document est un fichier : ouvrez-le depuis le dossier."
    return "" if piece.passages else "Ce document ne contient pas de texte à résumer."


def day(written: str) -> str:
    """Write ``YYYYMMDD…`` as ``JJ/MM/AAAA``; as it came when it is not one."""
    if len(written) < 8 or not written[:8].isdigit():
        return written or "date non précisée"
    return f"{written[6:8]}/{written[4:6]}/{written[:4]}"


def instant(written: str) -> str:
    """Write ``YYYYMMDDhhmmss``, UTC, as the date and time of the desk."""
    at = datetime.strptime(written, "%Y%m%d%H%M%S").replace(tzinfo=UTC).astimezone()
    return at.strftime("%d/%m/%Y à %Hh%M")
