"""Measurements of the really running product: `python -m bench`, or one of them by name."""
