"""Patrols: what a volunteer saw and did in a lane, confirmed by the team lead; findings that lead on to cases and proposals.

Logs describe places and things. Suspicion about a person is never collected; the form shows 110 instead (DOMAIN D4).
"""
