"""Notifications: what concerns me, told once, in my language when I read it. Reacts to events; nothing imports it."""
