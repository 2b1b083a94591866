"""What falls due in accounts."""

from portal.accounts.service import begin_terms, codes
from portal.outbox import due

due("accounts.terms")(begin_terms)


@due("accounts.forget_codes")
def forget_codes(now):
    """One-time codes are deleted after two days."""
    return codes.forget_old(now)
