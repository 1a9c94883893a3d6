"""What the house says about itself: logs, health, and the ids that tie them together."""
