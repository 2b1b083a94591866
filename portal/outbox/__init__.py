"""Events: written in the transaction of the change they tell of, delivered by a worker, never lost, never doubled in effect.

`publish` in a service · `@event` names an event · `@on` registers a handler · `deliver` and `sweep` are the worker's ·
`@due` registers what a passing deadline causes.
"""

from portal.outbox.models import Message
from portal.outbox.service import deliver, due, event, on, one_by_one, publish, run_due, sweep, wake_with

__all__ = ["Message", "deliver", "due", "event", "on", "one_by_one", "publish", "run_due", "sweep", "wake_with"]
