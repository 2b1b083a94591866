"""Proposals: from a resident's draft to the rating of the finished work. The life cycle is the table in `states.py`.

Seconds and votes belong to a version of the text; rules are those the proposal was submitted under; whatever is counted
on a page is stored on the row and kept right in the same transaction.
"""
