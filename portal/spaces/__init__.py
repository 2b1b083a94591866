"""Spaces: councils (社区理事会), deliberation halls (居民议事厅), citizen forums (市民论坛), public living rooms (公共客厅).

A space has a rule set, validated on write and shown in plain words; what is already running keeps the rules it began
with. Its roster is the grants on it.
"""
