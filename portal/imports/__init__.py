"""Bringing in what people proposed elsewhere: whole, pseudonymous, marked as such, and the same however often it is run."""
