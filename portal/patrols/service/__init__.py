"""What can be done with patrols and findings."""

from portal.patrols.service.findings import add_finding, led_to, remove_finding
from portal.patrols.service.moves import finish, keep, move
from portal.patrols.service.walks import log, start

__all__ = ["add_finding", "finish", "keep", "led_to", "log", "move", "remove_finding", "start"]
