"""Songs that somebody keeps in an order of their own, whichever nest they heard them in."""
