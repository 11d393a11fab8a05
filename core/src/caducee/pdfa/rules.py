"""What PDF/A-1b asks of a file, as data: a stable code, the clause of ISO 19005-1, and why in French."""

from __future__ import annotations

from enum import Enum

import msgspec

from caducee.errors import Finding


class Rule(msgspec.Struct, frozen=True):
    """One rule. ``why`` completes « Ce PDF n'est pas un PDF/A-1b : … »."""

    code: str
    clause: str
    why: str

    def finding(self) -> Finding:
        """Return the rule as something that is wrong with a file."""
        sentence = f"Ce PDF n'est pas un PDF/A-1b : {self.why}."
        return Finding(field="content", rule=self.code, message=sentence, source=f"ISO 19005-1, {self.clause}")


class Rules(Enum):
    """All rules, the most telling first: that is the order in which they are said."""

    UNREADABLE = Rule("pdfa.unreadable", "6.1.2", "le fichier est abîmé")
    ENCRYPTED = Rule("pdfa.encryption", "6.1.3", "le fichier est chiffré")
    FONT = Rule("pdfa.font.missing", "6.3.4", "une police n'est pas incorporée")
    FONT_PARTS = Rule("pdfa.font.parts", "6.3.5", "une police est incomplète ou mal décrite")
    FONT_WIDTHS = Rule("pdfa.font.widths", "6.3.6", "les largeurs d'une police sont fausses")
    TRANSPARENCY = Rule("pdfa.transparency", "6.4", "la transparence est utilisée")
    COLOUR = Rule("pdfa.colour", "6.2.3.3", "des couleurs d'imprimerie (CMJN) ou non décrites sont utilisées")
    PROFILE = Rule("pdfa.profile", "6.2.3.2", "un profil de couleurs est absent, faux ou trop récent")
    LAYERS = Rule("pdfa.layers", "6.1.13", "il y a des calques")
    FORM = Rule("pdfa.form", "6.9", "il y a un formulaire à remplir")
    ANNOTATION = Rule("pdfa.annotation", "6.5", "il y a des annotations")
    ACTION = Rule("pdfa.action", "6.6.1", "le fichier contient un programme ou une action interdite")
    ATTACHED = Rule("pdfa.attached", "6.1.11", "des fichiers sont joints au PDF")
    IMAGE = Rule("pdfa.image", "6.2.4", "une image est d'un type que PDF/A-1 n'accepte pas")
    DRAWING = Rule("pdfa.drawing", "6.2.5", "un dessin est d'un type que PDF/A-1 n'accepte pas")
    STATE = Rule("pdfa.state", "6.2.8", "une fonction de transfert ou un mode de rendu est interdit")
    OPERATOR = Rule("pdfa.operator", "6.2.10", "une commande de dessin est inconnue ou illisible")
    EXTERNAL = Rule("pdfa.external", "6.1.7", "une partie du contenu se trouve hors du fichier")
    COMPRESSION = Rule("pdfa.compression", "6.1.10", "une compression interdite (LZW) est utilisée")
    LIMITS = Rule("pdfa.limits", "6.1.12", "une valeur dépasse les limites de PDF/A-1")
    CLAIM = Rule("pdfa.claim", "6.7.11", "le fichier ne se dit pas PDF/A-1")
    METADATA = Rule("pdfa.metadata", "6.7.3", "ses métadonnées se contredisent ou sont illisibles")
    STRUCTURE = Rule("pdfa.structure", "6.1.4", "sa structure est celle de PDF 1.5 ou d'une version plus récente")
    HEADER = Rule("pdfa.header", "6.1.2", "son en-tête n'est pas celui d'un PDF")
    TRAILER = Rule("pdfa.trailer", "6.1.3", "sa fin manque, ou son identifiant")
