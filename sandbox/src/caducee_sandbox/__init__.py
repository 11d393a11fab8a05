"""Simulated national services, test PKI and virtual CPS card, for Caducée."""
