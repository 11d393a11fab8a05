"""One missing thing."""

from __future__ import annotations

from caducee.config import Config
from caducee.errors import Finding

RULE = "golive.missing"


def lacking(config: Config, field: str, what: str, who: str) -> Finding:
    """Say what is missing under a key of the configuration, and whom to ask for it."""
    message = f"il manque : {what} À obtenir auprès de : {who}."
    return Finding(field=field, rule=RULE, message=message, source=config.file)
