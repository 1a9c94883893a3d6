"""The audit: who did what with people, nests, keys and settings. It is added to, never changed."""
