"""The sentences of notifications, by kind. They are put together when read, in the reader's language."""

import re
from datetime import datetime
from typing import Any, NamedTuple

from portal.cases.models import CaseRating
from portal.cases.numbers import grouped
from portal.moderation.models import HIDE_REASONS, RESTORE_REASONS
from portal.policy import Role
from portal.proposals.states import LABELS
from portal.proposals.words import HOW
from portal.text.lazy import Lazy, _l
from portal.web.context import day, moment


class Text(NamedTuple):
    """How a kind is shown: the icon, the sentence, and what introduces somebody's words under it."""

    icon: str
    sentence: Lazy
    said: Lazy | None = None


class Shown(NamedTuple):
    """A notification in the reader's language. `title` and `words` are residents' words (Chinese)."""

    icon: str
    sentence: str
    title: str
    said: str
    words: str


REASON, ANSWER, RESULT = _l("The reason:"), _l("The answer:"), _l("What was done:")

TEXTS: dict[str, Text] = {
    "comment.reply": Text("chat-square-text", _l("Somebody answered you")),
    "comment.new": Text("chat-square-text", _l("A new comment on what you wrote")),
    "comment.returned": Text(
        "arrow-counterclockwise", _l("Your comment was sent back to you. You can change it and send it again"), REASON
    ),
    "moderation.hidden": Text("eye-slash", _l("What you wrote was hidden because it %(rule)s"), REASON),
    "moderation.restored": Text("eye", _l("What you wrote is shown again: %(again)s"), REASON),
    "report.hidden": Text("eye-slash", _l("What you reported was hidden. Thank you for looking out")),
    "report.kept": Text("eye", _l("What you reported was looked at and stays: it keeps to the rules")),
    "verification.asked": Text("person", _l("A resident asks to be verified")),
    "verification.approved": Text("patch-check", _l("You are verified. You can now vote and be heard as a resident")),
    "verification.needs_more": Text("person", _l("The desk needs something more to verify you"), REASON),
    "verification.rejected": Text("person", _l("The desk could not verify you"), REASON),
    "role.given": Text("person", _l("You were given the role of %(role)s")),
    "role.to_come": Text("person", _l("From %(day)s you hold the role of %(role)s")),
    "role.taken": Text("person", _l("Your role of %(role)s has ended")),
    "space.invited": Text("people", _l("You are invited to join as %(role)s. Accept or decline on its page")),
    "space.invited_later": Text(
        "people", _l("You are invited to join as %(role)s from %(day)s. Accept or decline on its page")
    ),
    "space.asked": Text("people", _l("Somebody would like to join")),
    "team.ask": Text("people", _l("Somebody would like to join your team")),
    "team.invite": Text("people", _l("You are invited to join this team")),
    "team.accepted": Text("check-circle", _l("You are now in the team")),
    "team.declined": Text("x-circle", _l("The team did not take up your wish to join")),
    "team.invitation_accepted": Text("check-circle", _l("Your invitation to the team was accepted")),
    "team.invitation_declined": Text("x-circle", _l("Your invitation to the team was declined")),
    "ballot.announced": Text("calendar-event", _l("A vote is announced; it begins %(at)s")),
    "ballot.annulled": Text("x-circle", _l("The vote was annulled"), REASON),
    "ballot.opened": Text("check2-square", _l("You may vote until %(day)s")),
    "ballot.passed": Text(
        "check-circle", _l("The vote has passed: %(for)s for, %(against)s against, %(abstain)s abstained")
    ),
    "ballot.failed": Text(
        "x-circle", _l("The vote did not pass: %(for)s for, %(against)s against, %(abstain)s abstained")
    ),
    "ballot.no_quorum": Text("x-circle", _l("The vote did not count: only %(cast)s of %(eligible)s took part")),
    "patrol.submit": Text("clipboard-check", _l("A patrol of %(day)s waits for you to confirm it")),
    "patrol.confirm": Text("check-circle", _l("Your patrol of %(day)s is confirmed. Thank you")),
    "patrol.return": Text(
        "arrow-counterclockwise", _l("Your patrol of %(day)s came back to you. Please complete it"), REASON
    ),
    "proposal.submit": Text("inbox", _l("A proposal waits for your review")),
    "proposal.return": Text(
        "arrow-counterclockwise", _l("Your proposal came back to you. Change it and send it again"), REASON
    ),
    "proposal.refuse": Text("x-circle", _l("Your proposal was not taken up"), REASON),
    "proposal.expire": Text("file-earmark-text", _l("Nobody went on with it for 30 days, so it has been put away")),
    "proposal.pass_review": Text("check-circle", _l("Your proposal is public: %(state)s until %(day)s")),
    "proposal.reach": Text("people", _l("Enough neighbours have seconded it. Next: %(state)s, until %(day)s")),
    "proposal.lapse": Text("hourglass-split", _l("It has lapsed: %(n)s of %(needed)s seconds came together in time")),
    "proposal.conclude": Text("chat-square-text", _l("Deliberation has ended. Next: %(state)s, until %(day)s")),
    "proposal.announced": Text("calendar-event", _l("It will be voted on. Voting begins %(at)s")),
    "proposal.end_notice": Text("inbox", _l("The public notice is over. The official answer is owed by %(day)s")),
    "proposal.accept": Text("check-circle", _l("Accepted. %(how)s; to be done by %(day)s"), ANSWER),
    "proposal.decline": Text("x-circle", _l("Declined"), ANSWER),
    "proposal.start": Text("arrow-repeat", _l("Work has begun, to be done by %(day)s")),
    "proposal.no_case": Text("inbox", _l("No case carries it any more. Mark the work as begun, or report it done")),
    "proposal.finish": Text("check-circle", _l("It is done. Please say whether it is solved, until %(day)s"), RESULT),
    "proposal.finished": Text("check-circle", _l("It is done. Those who seconded it are asked to rate it"), RESULT),
    "proposal.confirm": Text("check-circle", _l("Neighbours confirm: it is solved")),
    "proposal.dispute": Text("exclamation-circle", _l("Neighbours say it is not solved")),
    "proposal.redo": Text(
        "arrow-repeat", _l("Neighbours say it is not solved. Work has begun again, to be done by %(day)s")
    ),
    "proposal.leave_unanswered": Text("hourglass-split", _l("It is closed as done; nobody rated it in time")),
    "proposal.withdraw": Text("x-circle", _l("Its author has withdrawn it"), REASON),
    "proposal.merge": Text("arrow-repeat", _l("It was merged into “%(into)s”. Seconds count there, each person once")),
    "proposal.reconfirm": Text(
        "pencil-square", _l("The text has changed. Please look again and second it anew if you agree")
    ),
    "proposal.revised": Text("pencil-square", _l("There is version %(n)s of the text")),
    "proposal.changed": Text(
        "pencil-square", _l("The text of a public proposal was changed. Please look at what changed")
    ),
    "objection.asked": Text("megaphone", _l("An objection waits for an answer")),
    "objection.raised": Text("megaphone", _l("Somebody objects to your proposal")),
    "objection.answered": Text("chat-square-text", _l("Your objection was answered"), ANSWER),
    "case.accept": Text("check-circle", _l("Your case %(number)s was taken in")),
    "case.not_accept": Text("x-circle", _l("Case %(number)s was not taken in"), REASON),
    "case.dispatch": Text("arrow-repeat", _l("Case %(number)s is with the unit that handles it, due by %(day)s")),
    "case.report_handled": Text("check-circle", _l("Case %(number)s was handled and will be inspected"), RESULT),
    "case.fail_inspection": Text(
        "arrow-repeat", _l("Case %(number)s did not pass inspection and is done again by %(day)s"), REASON
    ),
    "case.close": Text("check-circle-fill", _l("Case %(number)s is closed. Please say how it went"), RESULT),
    "case.closed": Text("check-circle-fill", _l("Case %(number)s is closed"), RESULT),
    "case.close_abnormal": Text("x-circle", _l("Case %(number)s was closed without a result"), REASON),
    "case.void": Text("x-circle", _l("Case %(number)s was declared void"), REASON),
    "case.suspend": Text("hourglass-split", _l("Case %(number)s is suspended"), REASON),
    "case.reopen": Text("arrow-repeat", _l("Case %(number)s is open again, due by %(day)s")),
    "case.rated": Text("people", _l("Case %(number)s was rated: %(rating)s")),
    "case.do.report": Text("inbox", _l("Case %(number)s waits to be taken in")),
    "case.do.ask_verification": Text("inbox", _l("Case %(number)s waits to be verified on site")),
    "case.do.verify": Text("inbox", _l("Case %(number)s is verified and waits to be filed")),
    "case.do.accept": Text("inbox", _l("Case %(number)s waits to be filed")),
    "case.do.file": Text("inbox", _l("Case %(number)s waits to be dispatched")),
    "case.do.dispatch": Text("inbox", _l("Case %(number)s was dispatched to your unit, due by %(day)s")),
    "case.do.redispatch": Text("inbox", _l("Case %(number)s was dispatched to your unit, due by %(day)s")),
    "case.do.reject_return": Text("inbox", _l("Case %(number)s stays with your unit, due by %(day)s")),
    "case.do.return": Text("inbox", _l("A unit returned case %(number)s")),
    "case.do.ask_extension": Text("inbox", _l("A unit asks for more time for case %(number)s")),
    "case.do.grant_extension": Text("inbox", _l("More time was given for case %(number)s, now due by %(day)s")),
    "case.do.refuse_extension": Text("inbox", _l("No more time was given for case %(number)s, due by %(day)s")),
    "case.do.resume": Text("inbox", _l("Case %(number)s goes on, due by %(day)s")),
    "case.do.report_handled": Text("inbox", _l("Case %(number)s waits to be inspected")),
    "case.do.pass_inspection": Text("inbox", _l("Case %(number)s passed inspection and waits to be closed")),
    "case.do.fail_inspection": Text("inbox", _l("Case %(number)s has to be done again by %(day)s")),
    "case.do.reopen": Text(
        "inbox", _l("Residents say case %(number)s is not solved. It is with your unit again, due by %(day)s")
    ),
}
SOMETHING = Text("bell", _l("Something that concerns you has changed"))

ROLES = {
    Role.MODERATOR: _l("moderator"), Role.HOST: _l("host"), Role.CHAIR: _l("chair"), Role.SECRETARY: _l("secretary"),
    Role.MEMBER: _l("member"), Role.TEAM_LEAD: _l("team lead"), Role.VOLUNTEER: _l("volunteer"),
    Role.RESPONSIBLE_PLANNER: _l("responsible planner"), Role.ACCEPTOR: _l("acceptor of cases"),
    Role.SHIFT_SUPERVISOR: _l("shift supervisor"), Role.DISPATCHER: _l("dispatcher"), Role.COMMAND_LEAD: _l("command lead"),
    Role.UNIT_OFFICER: _l("officer of a unit"), Role.INSPECTOR: _l("inspector"), Role.EVALUATOR: _l("evaluator"),
    Role.PLACE_ADMIN: _l("administrator of the place"), Role.ADMIN: _l("administrator"),
}  # fmt: skip
RATINGS = {
    CaseRating.SATISFIED: _l("satisfied"), CaseRating.FAIR: _l("fair"), CaseRating.NOT_SOLVED: _l("not solved"),
}  # fmt: skip
WORDS: dict[str, dict] = {"role": ROLES, "state": LABELS, "how": HOW, "rule": HIDE_REASONS, "again": RESTORE_REASONS,
                          "rating": RATINGS}  # fmt: skip


def shown(notification) -> Shown:
    """The notification as this reader sees it."""
    text, params = TEXTS.get(notification.kind, SOMETHING), notification.params
    blanks = re.findall(r"%\((\w+)\)", text.sentence.text)
    sentence = str(text.sentence.but(**{name: _fact(name, params) for name in blanks}))
    words = params.get("reason", "") if text.said else ""
    return Shown(text.icon, sentence, params.get("title", ""), str(text.said) if words else "", words)


def _fact(name: str, params: dict) -> Any:
    """What fills a blank. A fact that was not known when the message was written is a dash."""
    value = params.get(name)
    if value in (None, ""):
        return "—"
    if name == "day":
        return day(datetime.fromisoformat(value))
    if name == "at":
        return moment(datetime.fromisoformat(value))
    if name == "number":
        return grouped(value)
    if name == "role" and params.get("as"):
        return params["as"]
    return WORDS[name].get(value, value) if name in WORDS else value
