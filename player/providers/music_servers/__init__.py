"""What is the same of every music server that somebody has already, whatever it speaks."""
