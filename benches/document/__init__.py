"""The document that is measured: a laboratory report of level 3, about 40 KB, of an invented patient."""
