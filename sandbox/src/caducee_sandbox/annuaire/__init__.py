"""A small health directory in FHIR R4, and the extraction file of its mailboxes. Everybody in it is invented."""
