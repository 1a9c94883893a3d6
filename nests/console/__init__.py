"""The paid console: what a creator sets up beyond the house rules, and who may."""
