"""Jobs: work that is written down first, done by whichever worker is free, and tried again."""
