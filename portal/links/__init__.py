"""Subjects and links: how one thing points at another of any kind (topic → proposal → case ← finding), both ways.

A feature registers its kinds with `subject(…)`; who only knows a (kind, id) pair gets title, page and scope from here.
"""

from portal.links.models import Link
from portal.links.service import Subject, add, describe, linked, subject, subjects

__all__ = ["Link", "Subject", "add", "describe", "linked", "subject", "subjects"]
