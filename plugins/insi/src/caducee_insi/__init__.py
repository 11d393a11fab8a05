"""INSi: the national patient identity, for Caducée."""
