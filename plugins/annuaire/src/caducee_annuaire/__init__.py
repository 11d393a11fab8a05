"""Annuaire Santé, the national health directory: professionals, organisations, secure mailboxes."""
