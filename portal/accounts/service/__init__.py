"""What can be done with accounts: signing in, profiles, verification, roles."""

from portal.accounts.service.grants import give, grant, revoke, take_back

__all__ = ["give", "grant", "revoke", "take_back"]
