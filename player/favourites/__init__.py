"""Songs that somebody keeps for themselves, whichever nest they heard them in."""
