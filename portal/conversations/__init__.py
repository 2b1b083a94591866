"""Conversations: threads of comments, two levels deep, under anything (a topic, a proposal)."""
