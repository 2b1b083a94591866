"""Moderation: readers report, moderators hide or keep with a coded reason, authors are told. Nothing is deleted.

A feature whose things can be reported gives its model the `Moderated` mixin and registers them with
`service.reportable(kind, model, hide=…)`; title, scope and author come from its `links.subject`.
"""
