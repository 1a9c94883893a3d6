"""Backups: what a server keeps in one archive, and the way back into an empty one.

An archive is a tar.gz of a manifest and the members it names. The database is copied by its own
consistent means; what Redis has of a nest is read in one step, as types and values, so that it goes
into any Redis or Valkey whatever its version. Redis is read first: a play that ends meanwhile is
then in both, and written once, instead of in neither.
"""
