"""Categories: what a matter is about. Official classes of events (E) and components (P), local extensions (X), and the
themes residents think in. Codes are `provisional` until checked against the bought standard (DOMAIN J2)."""
