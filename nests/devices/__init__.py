"""What somebody listens with: their devices, and which of them sounds in a nest."""
