"""What is kept about a person: shown to them, handed over as an archive, and erased."""
