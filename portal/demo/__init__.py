"""Demo mode: content at every stage of the chain, demo accounts, the demo clock. Never loaded elsewhere."""
