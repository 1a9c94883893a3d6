"""Three synthetic listeners, so that a newcomer sees the room alive: programs like any other."""
