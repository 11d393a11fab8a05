"""Why a file cannot become a PDF/A."""

from __future__ import annotations

from caducee.errors import CaduceeError


class FileUnreadable(CaduceeError):
    """The file is damaged, or of a kind that is not converted. Nothing was made."""

    code = "pdfa.unreadable"
    sentence = "Ce fichier ne peut pas être lu : il est abîmé, ou d'un type qui n'est pas pris en charge."
    remedy = "Donnez un PDF, une image JPEG ou PNG, ou un TIFF ; au besoin, numérisez de nouveau le document."


class FileEncrypted(CaduceeError):
    """The file asks for a password. Nothing was made."""

    code = "pdfa.encrypted"
    sentence = "Ce PDF est protégé par un mot de passe."
    remedy = "Enregistrez-le sans mot de passe, puis recommencez."


class FileTooLarge(CaduceeError):
    """The file has too many pages or pixels, or stays too large whatever its resolution. Nothing was made."""

    code = "pdfa.too_large"
    sentence = "Ce fichier est trop volumineux pour être joint à un document."
    remedy = "Numérisez-le en noir et blanc ou avec une résolution plus basse, ou séparez-le en plusieurs fichiers."


class FormNotDrawn(CaduceeError):
    """The PDF is a form whose pages only its own program can draw (XFA). Nothing was made."""

    code = "pdfa.dynamic_form"
    sentence = "Ce PDF est un formulaire dynamique : ses pages ne peuvent pas être lues ici."
    remedy = "Ouvrez-le dans le logiciel qui l'a fait, imprimez-le en PDF, puis recommencez avec ce fichier."
