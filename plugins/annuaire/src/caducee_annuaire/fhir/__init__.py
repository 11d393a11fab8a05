"""The FHIR R4 API of the directory: asked, paged through, read."""
