"""Flags: what operators switch on and off while the server runs, and for which roles."""
