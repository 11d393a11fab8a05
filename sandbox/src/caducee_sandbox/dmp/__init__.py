"""The simulated DMP: existence of a record, feeding, listing and retrieving of documents."""
