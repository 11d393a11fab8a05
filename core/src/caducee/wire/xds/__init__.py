"""IHE XDS.b: ebRIM metadata, ITI-41, ITI-18 and ITI-43."""
