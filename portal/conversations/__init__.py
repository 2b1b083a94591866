"""Conversations: threads of comments, two levels deep, under anything (a topic, a proposal).

`service.open_thread` gives a thing its thread; `counters[kind]` is how the thing hears that its number of comments
changed, in the same transaction. Everybody locks in one order: the thing, its thread, a comment.
"""
