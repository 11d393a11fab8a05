"""The only error of reading."""

from __future__ import annotations

from caducee.errors import CaduceeError


class MailUnreadable(CaduceeError):
    """There is no mail in these bytes, or more than is ever looked at. They were not changed."""

    code = "mss.mail_unreadable"
    sentence = "Le message reçu n'est pas lisible."
    remedy = "Ouvrez-le dans le webmail de l'opérateur ; si cela dure, prévenez l'éditeur de votre logiciel."
