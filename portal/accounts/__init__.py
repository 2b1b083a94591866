"""Accounts: people, how sure we are who they are (L0–L3), and the roles they hold on something, from–until.

A roster (of a space, a team, a unit) is the grants on it; there is no second list of members anywhere.
"""
