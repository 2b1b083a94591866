"""Ballots: one question, an electorate fixed when it opens, one vote per person or household, counts kept while voting.

A ballot belongs to a subject (a proposal); what its result causes is the subject's business, told by events.
"""
