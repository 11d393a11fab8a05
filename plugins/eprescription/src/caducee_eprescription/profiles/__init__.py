"""How the national base is spoken to. Only a simulated profile exists: the real one is under agreement."""
