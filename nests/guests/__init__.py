"""Guests: who comes in by an invitation, with a pass for one nest."""
