"""Building the thread of a proposal: past stations from the ledger, loops kept, coming ones from the life cycle."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.ballots.models import Ballot
from portal.ballots.states import BallotState
from portal.cases.numbers import grouped
from portal.cases.states import CLOSED_STATES, LABELS
from portal.cases.words import owes
from portal.clock import BEIJING
from portal.policy import Role
from portal.proposals.models import Proposal
from portal.proposals.policy import notice_is_over
from portal.proposals.states import FINAL, MOVES, ProposalState, Who
from portal.proposals.words import responsible
from portal.text.lazy import _l, _ln
from portal.trace import coming, queries, words
from portal.trace.stations import Station
from portal.web.context import moment

S = ProposalState
STOPS = frozenset({"return", "refuse", "lapse", "fail_ballot", "annul_ballot", "withdraw", "expire", "merge"})
KEYS = {
    S.DRAFT: "proposal", S.SUBMITTED: "proposal", S.RETURNED: "proposal", S.GATHERING: "seconds",
    S.DELIBERATING: "deliberation", S.VOTING: "ballot", S.PUBLICITY: "publicity", S.ACCEPTED: "decision",
    S.DECLINED: "decision", S.IN_PROGRESS: "handling", S.DONE: "done", S.CONFIRMED: "rating", S.DISPUTED: "rating",
    S.UNCONFIRMED: "rating",
}  # fmt: skip


@dataclass
class Visit:
    """The time a proposal spent in one state, and the move by which it left."""

    state: ProposalState
    since: datetime
    entries: list
    until: datetime | None = None
    left: Any = None  # the ledger entry of the move

    @property
    def exit(self) -> str:
        return self.left.action.removeprefix("proposal.") if self.left else ""


def build(session, proposal: Proposal, now: datetime, *, ballot: Ballot | None = None, near=None) -> list[Station]:
    """The whole thread, oldest first, then what is still to come. Two queries, one if what is linked (`near`) is given."""
    if ballot is None and proposal.ballot_id:
        ballot = session.get(Ballot, proposal.ballot_id)
    near = queries.neighbours(session, proposal.id) if near is None else near
    cases = [n.case for n in near if n.kind == "case" and n.case is not None]
    said = queries.entries(session, proposal.id, [case.id for case in cases])
    stations = _talk(near)
    visits = _visits(proposal, [e for e in said if e.subject_kind in ("proposal", "ballot")])
    for n, visit in enumerate(visits):
        stations += _stations(proposal, ballot, visit, again=any(v.state is visit.state for v in visits[:n]), now=now)
    _settle(stations, visits)
    of = {
        str(case.id): [e for e in said if e.subject_kind == "case" and e.subject_id == str(case.id)] for case in cases
    }
    _put_in(stations, [s for case in cases for s in _case(case, of[str(case.id)])])
    _merges(stations, near)
    for station in stations:
        if station.at and station.until and _day(station.at) == _day(station.until):
            station.until = None
    return stations + coming.stations(proposal, stations, now)


def _day(moment: datetime):
    return moment.astimezone(BEIJING).date()


def _talk(near) -> list[Station]:
    """Where it came from: topics that were talked about, findings of patrols, cases that showed a need."""
    icons = {"topic": "chat-square-text", "finding": "clipboard-check"}
    from_ = [n for n in near if n.led_here and n.kind in icons]
    if not from_:
        return []
    evidence = [(n.title, n.path, icons[n.kind]) for n in from_ if n.path]
    found = _l("Seen on a patrol") if all(n.kind == "finding" for n in from_) else _l("Came up in a conversation")
    return [Station("talk", "done", at=from_[0].at, text=found, evidence=evidence)]


def _visits(proposal: Proposal, entries) -> list[Visit]:
    """The states it went through. What the ledger does not know (imported proposals) is taken from the row."""
    visits = [Visit(S.DRAFT, proposal.created_at, [])]
    for entry in entries:
        action = entry.action.removeprefix("proposal.")
        if entry.subject_kind == "proposal" and action in MOVES and entry.after in set(S):
            visits[-1].until, visits[-1].left = entry.at, entry
            visits.append(Visit(S(entry.after), entry.at, [entry]))
        else:
            visits[-1].entries.append(entry)
    if visits[-1].state is not proposal.state:
        if len(visits) == 1 and proposal.submitted_at and proposal.published_at:
            visits[0].until = proposal.submitted_at
            visits.append(Visit(S.SUBMITTED, proposal.submitted_at, [], proposal.published_at))
        visits[-1].until = visits[-1].until or proposal.state_since
        visits.append(Visit(proposal.state, proposal.state_since, []))
    return visits


def _stations(p: Proposal, ballot, visit: Visit, *, again: bool, now: datetime) -> list[Station]:
    """The stations of one visit; most have one, a draft that was sent in has none of its own."""
    current, stopped = visit.until is None, visit.exit in STOPS
    if visit.state not in KEYS or (visit.state in (S.DRAFT, S.RETURNED) and not current and visit.exit not in STOPS):
        return []
    status = "back" if stopped or visit.state in (S.DECLINED, S.DISPUTED) else "now" if current else "done"
    if visit.state in (S.ACCEPTED, S.DONE, S.CONFIRMED, S.UNCONFIRMED):
        status = "done"
    station = Station(KEYS[visit.state], status, visit.since, visit.until, entries=visit.entries)
    if visit.state in (S.ACCEPTED, S.DONE, S.CONFIRMED, S.UNCONFIRMED, S.DECLINED, S.DISPUTED):
        station.until = None
    if visit.state is S.PUBLICITY and not current:  # at its end the answer was owed, whenever that came
        station.until = next((e.at for e in visit.entries if e.action == "proposal.end_notice"), station.until)
    station.text = _text(p, ballot, visit, again=again, now=now)
    if stopped:
        _explain(station, visit.left)
    elif status in ("done", "back") and visit.entries:
        station.actor = _actor(p, visit)
    if visit.entries and visit.entries[0].action == "proposal.conclude":
        station.said = visit.entries[0].details.get("note", "")
    if current and p.state not in FINAL:
        station.due = p.due_at
    if visit.state is S.SUBMITTED and p.version > 1 and not again:
        station.evidence.append(
            (_l("Text in %(n)s versions", n=p.version), f"/proposals/{p.id}/versions", "clock-history")
        )
    if visit.state is S.VOTING and ballot is not None:
        station.evidence.append((_l("The vote"), f"/ballots/{ballot.id}", "check2-square"))
    return [station]


def _text(p: Proposal, ballot, visit: Visit, *, again: bool, now: datetime):
    """What happened at this station, or what is missing."""
    match visit.state:
        case S.DRAFT:
            return _l("Being written")
        case S.SUBMITTED:
            return _l("Written again and sent in") if again else _l("Sent in")
        case S.RETURNED:
            return _l("With the proposer, to be changed")
        case S.GATHERING:
            return _l(
                "%(n)s people seconded, %(needed)s needed",
                n=_said(visit.left, "seconds", p.seconds_count),
                needed=p.seconds_needed,
            )
        case S.DELIBERATING:
            return _ln("%(num)s comment", "%(num)s comments", p.comment_count)
        case S.VOTING:
            return ballot_text(ballot, now)
        case S.PUBLICITY:
            return _objections(p, visit, now)
        case S.ACCEPTED:
            return _accepted(p)
        case S.DECLINED:
            return _l("Declined, with reasons")
        case S.IN_PROGRESS:
            return _l("By %(who)s", who=responsible(p)) if responsible(p) else ""
        case S.DONE:
            return _l("Work reported done")
        case S.CONFIRMED | S.DISPUTED:
            opened = visit.entries[0] if visit.entries else None
            return _l("%(yes)s say it is solved, %(no)s say it is not", yes=_said(opened, "solved", p.rating_yes_count),
                      no=_said(opened, "not_solved", p.rating_no_count))  # fmt: skip
        case S.UNCONFIRMED:
            return _l("Nobody rated in time")
    return ""


def _accepted(p: Proposal):
    """How, and by whom."""
    if not p.accepted_how:
        return _l("Accepted")
    if not responsible(p):
        return _l("Accepted: %(how)s", how=coming.how(p))
    return _l("Accepted: %(how)s. With %(who)s", how=coming.how(p), who=responsible(p))


def _said(entry, name: str, otherwise):
    """A number the ledger kept, where it did."""
    return entry.details.get(name, otherwise) if entry is not None else otherwise


def _objections(p: Proposal, visit: Visit, now: datetime):
    if p.objection_count:
        return _ln("%(num)s objection", "%(num)s objections", p.objection_count)
    may_come = visit.until is None and not notice_is_over(p, now)
    return _l("No objection so far") if may_come else _l("No objection")


def ballot_text(ballot: Ballot | None, now: datetime):
    """The state of a vote in one sentence, without giving away hidden counts."""
    if ballot is None:
        return ""
    if ballot.annulled_reason:
        return _l("Annulled: %(reason)s", reason=ballot.annulled_reason)
    if ballot.closed_at is None:
        if ballot.state is BallotState.ANNOUNCED and ballot.opens_at > now:
            return _l("Announced; voting begins %(at)s", at=moment(ballot.opens_at))
        if not ballot.eligible_count:
            return ""
        return _l("%(cast)s of %(eligible)s have voted", cast=ballot.turnout, eligible=ballot.eligible_count)
    return _l("For %(yes)s, against %(no)s, abstained %(none)s", yes=ballot.for_count, no=ballot.against_count,
              none=ballot.abstain_count)  # fmt: skip


def _explain(station: Station, left) -> None:
    """Why it stopped or went back, and by which role. Kept for ever."""
    if left.action.startswith("case."):  # the staff's own reasons and notes stay with the staff
        reason = left.details.get("public")
    elif left.action == "proposal.return":  # said to the author alone
        reason = None
    else:
        reason = left.details.get("reason") or left.details.get("note") or left.details.get("answer")
    done = words.step(left.action)
    station.text = _l("%(step)s: %(reason)s", step=done, reason=reason) if reason else done
    station.actor = words.taken(left)


def _actor(p: Proposal, visit: Visit):
    entry = visit.entries[0]
    if visit.state is S.SUBMITTED and entry.actor_id == p.author_id:
        return _l("Step taken by %(who)s", who=words.ROLES[Who.AUTHOR])
    return words.taken(entry) if visit.state in (S.ACCEPTED, S.DECLINED, S.IN_PROGRESS, S.DONE) else ""


def _settle(stations: list[Station], visits: list[Visit]) -> None:
    """Entries of visits without a station of their own go to the station after them, else to the last one."""
    shown = {id(e) for s in stations for e in s.entries}
    own = [s for s in stations if s.key != "talk"]
    for visit in visits:
        for entry in visit.entries:
            if id(entry) not in shown and own:
                home = next((s for s in own if s.entries and s.entries[0].seq > entry.seq), own[-1])
                home.entries = sorted([*home.entries, entry], key=lambda e: e.seq)


BACK = {"return", "fail_inspection", "reopen", "not_accept", "close_abnormal", "void"}


def _case(case, entries) -> list[Station]:
    """The stations of a linked case: one, and one more for every time it went back."""
    stations, part, since = [], [], case.reported_at
    link = [(_l("Case %(number)s", number=grouped(case.number)), f"/cases/{case.number}", "folder2-open")]
    for entry in entries:
        part.append(entry)
        if entry.action.removeprefix("case.") in BACK:
            back = Station("case", "back", since, entry.at, evidence=link, entries=part)
            _explain(back, entry)
            stations.append(back)
            part, since = [], entry.at
    over = case.state in CLOSED_STATES
    if part or not stations or not over:
        last = Station("case", "done" if over else "now", since, case.closed_at if over else None, LABELS[case.state])
        last.evidence, last.entries = link, part
        if not over:
            last.due, last.owes = case.due_next, owes(case) or words.ROLES[Role.UNIT_OFFICER]
        stations.append(last)
    return stations


def _put_in(stations: list[Station], cases: list[Station]) -> None:
    """Cases stand where the handling stands: they take the place of the plain station of that name."""
    if not cases:
        return
    for station in [s for s in stations if s.key == "handling"]:
        nearest = max(
            (c for c in cases if c.at <= station.at + timedelta(minutes=1)), key=lambda c: c.at, default=cases[0]
        )
        nearest.entries = sorted([*nearest.entries, *station.entries], key=lambda e: e.seq)
        stations.remove(station)
    before = [s for s in stations if s.key not in ("done", "rating")]
    after = [s for s in stations if s.key in ("done", "rating")]
    stations[:] = [*before, *sorted([*cases, *after], key=lambda s: s.at)]


def _merges(stations: list[Station], near) -> None:
    merged = [(n.title, n.path, "link-45deg") for n in near if n.kind == "proposal" and n.path]
    place = next((s for s in reversed(stations) if s.key in ("seconds", "deliberation", "proposal")), None)
    if place is not None:
        place.evidence = [*place.evidence, *merged]
