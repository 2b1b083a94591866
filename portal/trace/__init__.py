"""The thread of a matter (脉络): from the first talk to the rating, read from links, the ledger and the life cycle.

A reader: it writes nothing, and shows roles and numbers, never who seconded or voted.
"""
