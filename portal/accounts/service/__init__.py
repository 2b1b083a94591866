"""What can be done with accounts: signing in, profiles, verification, roles."""

from portal.accounts.service.codes import ask_for_code, issue_at_desk
from portal.accounts.service.grants import (
    WrongFirstDay,
    begin_terms,
    check_term,
    get_revocable,
    give,
    grant,
    revoke,
    take_back,
)
from portal.accounts.service.profile import choose_community, rename
from portal.accounts.service.signing_in import (
    add_phone,
    change_password,
    register,
    reset_password,
    sign_in_by_code,
    sign_in_by_password,
    sign_out_everywhere,
)
from portal.accounts.service.verification import ask, become, confirm_at_window, decide, moved_away, withdraw

__all__ = [
    "WrongFirstDay", "add_phone", "ask", "ask_for_code", "become", "begin_terms", "change_password", "check_term",
    "choose_community", "confirm_at_window", "decide", "get_revocable", "give", "grant", "issue_at_desk", "moved_away",
    "register", "rename", "reset_password", "revoke", "sign_in_by_code", "sign_in_by_password", "sign_out_everywhere",
    "take_back", "withdraw",
]  # fmt: skip
