"""The simulated national base of prescriptions, and the pharmacist's side of it. Everything here is assumed."""
