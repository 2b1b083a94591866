"""What happens → who is told. Handlers run in the transaction that marks the event done; each message carries a key.

A key names the thing, the step and (where a step can come again) the moment of the step, so that the same event tells a
person once, and the next round of the same step tells him again.
"""

from portal.notifications.jobs import ballots, cases, patrols, people, proposals, words

__all__ = ["ballots", "cases", "patrols", "people", "proposals", "words"]
