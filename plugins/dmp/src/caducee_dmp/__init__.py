"""DMP: the shared medical record, for Caducée."""
