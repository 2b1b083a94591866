"""Notifications: what concerns me, told once, in my language when I read it. Reacts to events; nothing imports it.

`notify` puts a message into people's lists, `jobs` decides who hears of which event, `texts` holds the sentences.
"""

from portal.notifications.service import notify

__all__ = ["notify"]
