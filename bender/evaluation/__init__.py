"""How well Bender chooses, measured on evenings played once more."""
