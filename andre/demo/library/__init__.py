"""A small library of original pieces, played by our own instruments from our own scores."""
