"""Plans: what creators may set up in the paid console, and who has which."""
