"""The desks of the community staff: what waits for me."""
