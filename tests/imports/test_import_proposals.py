"""Outside proposals: whole, pseudonymous, marked, and the same however often they are imported."""

import pytest
import sqlalchemy as sa

from portal import audit, db, links
from portal.accounts.models import User, UserKind
from portal.cases import numbers
from portal.cases.models import Case
from portal.conversations.models import Comment, Thread
from portal.errors import Invalid, NotFound
from portal.imports import barcelona, cases, service
from portal.places import counts
from portal.proposals.models import Proposal, ProposalTerm
from portal.proposals.states import ProposalState
from portal.spaces.models import Space
from tests.imports.lines import comment, line, written


def count(session, model):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_proposal_arrives_with_its_thread_votes_and_answer(session, tmp_path):
    comments = [
        comment(1),
        comment(2, ancestry="1", alignment=0),
        comment(3, ancestry="1/2", author_id=8),
        comment(4, alignment=-1, hidden=True),
    ]

    done = service.import_proposals(written(tmp_path, line(comments=comments)))

    assert (done.taken, done.comments, done.bad) == (1, 4, [])
    proposal = session.scalars(sa.select(Proposal)).one()
    assert (proposal.state, proposal.outside_votes, proposal.seconds_count) == (ProposalState.ACCEPTED, 17, 0)
    assert (proposal.theme, proposal.source_name, proposal.comment_count) == ("greenery", "Decidim Barcelona 2016", 3)
    thread = session.scalars(sa.select(Thread)).one()
    assert (thread.comment_count, thread.for_count, thread.worry_count) == (3, 1, 0)
    by_ref = {c.source_ref: c for c in session.scalars(sa.select(Comment))}
    assert by_ref["bcn2016:c3"].parent_id == by_ref["bcn2016:c2"].parent_id == by_ref["bcn2016:c1"].id
    assert (by_ref["bcn2016:c1"].reply_count, by_ref["bcn2016:c4"].is_hidden) == (2, True)


def test_authors_are_pseudonyms_who_can_never_sign_in(session, tmp_path):
    service.import_proposals(written(tmp_path, line(), line(2, author_id=None)))

    people = session.scalars(sa.select(User).order_by(User.source_ref)).all()
    assert [(p.kind, p.is_active, p.username, p.phone) for p in people] == [(UserKind.OUTSIDE, False, None, None)] * 2
    assert [p.display_name for p in people] == ["Barcelona", "Barcelona 5"]


def test_running_it_again_changes_nothing(session, tmp_path):
    path = written(tmp_path, line(1, comments=[comment(1)]), line(2, district=None))
    service.import_proposals(path)
    before = [count(session, m) for m in (Proposal, Comment, User, Space, ProposalTerm, audit.Entry)]

    again = service.import_proposals(path)

    assert (again.taken, again.known) == (0, 2)
    assert [count(session, m) for m in (Proposal, Comment, User, Space, ProposalTerm, audit.Entry)] == before


def test_what_was_interrupted_goes_on(session, tmp_path):
    service.import_proposals(written(tmp_path, line(1)))
    done = service.import_proposals(written(tmp_path, line(1), line(2), line(3)))
    assert (done.taken, done.known, count(session, Proposal)) == (2, 1, 3)


def test_a_failure_in_the_middle_of_a_batch_leaves_nothing_half_imported(session, tmp_path):
    def fail(session, rows):
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        service.import_proposals(written(tmp_path, line(1, comments=[comment(1)])), file_cases=fail)

    assert [count(session, m) for m in (Proposal, Comment, Thread, ProposalTerm)] == [0, 0, 0, 0]


def test_scripts_and_handlers_are_stripped(session, tmp_path):
    dirty = '<p onclick="x()">Hola <script>alert(1)</script><a href="javascript:x()">aquí</a> <img src=x onerror=y></p>'
    service.import_proposals(written(tmp_path, line(summary=dirty)))
    html = session.scalars(sa.select(Proposal.body_html)).one()
    assert not [word for word in ("script", "onclick", "onerror", "<img", "alert") if word in html]


def test_each_district_gets_one_forum_and_the_counts_agree(session, tmp_path):
    lines = [line(1), line(2), line(3, district="Les Corts"), line(4, district=None, status="rejected")]
    service.import_proposals(written(tmp_path, *lines))

    assert sorted(session.execute(sa.select(Space.name, Space.proposal_count)).tuples()) == [
        ("Decidim Barcelona 2016 · Barcelona", 1), ("Decidim Barcelona 2016 · Gràcia", 2), ("Decidim Barcelona 2016 · Les Corts", 1),
    ]  # fmt: skip
    assert counts.totals(session, "proposal", barcelona.ROOT_CODE).by_state == {"accepted": 3, "declined": 1}


def test_everything_may_go_into_one_space_instead(session, make, tmp_path):
    space = make.space()
    service.import_proposals(written(tmp_path, line(1), line(2, district=None)), space_id=space.id)
    assert set(session.scalars(sa.select(Proposal.space_id))) == {space.id}


def test_an_unknown_space_is_refused(session, tmp_path):
    with pytest.raises(NotFound):
        service.import_proposals(written(tmp_path, line()), space_id=999)


def test_the_ledger_holds_every_imported_proposal(session, tmp_path):
    service.import_proposals(written(tmp_path, line(1), line(2)))
    actions = [e.action for e in session.scalars(sa.select(audit.Entry).where(audit.Entry.subject_kind == "proposal"))]
    assert actions == ["proposal.import"] * 2
    assert audit.verify(db.Session())[:2] == (3, [])


def test_accepted_ones_can_be_filed_as_cases_linked_to_their_proposals(session, make, tmp_path):
    make.category(identifier="other_matter")
    lines = [line(1), line(2, status="rejected"), line(3)]

    service.import_proposals(written(tmp_path, *lines), file_cases=cases.file)

    filed = session.scalars(sa.select(Case).order_by(Case.id)).all()
    assert [(c.state, c.source, c.source_ref) for c in filed] == [
        ("filed", "proposal", "bcn2016:1"),
        ("filed", "proposal", "bcn2016:3"),
    ]
    assert all(numbers.is_right(c.number) for c in filed)
    assert len({c.number for c in filed}) == 2
    first = session.scalars(sa.select(Proposal).where(Proposal.source_ref == "bcn2016:1")).one()
    assert (first.accepted_how, links.linked(session, "proposal", first.id)[1]) == ("case", [("case", filed[0].id)])
    assert counts.totals(session, "case", barcelona.ROOT_CODE).by_state == {"filed": 2}


def everything(session):
    return [count(session, model) for model in (Proposal, Comment, Case, links.Link, audit.Entry, counts.PlaceCount)]


def test_cases_can_be_filed_later_for_what_was_imported_without_them(session, make, tmp_path):
    make.category(identifier="other_matter")
    service.import_proposals(written(tmp_path, line(1), line(2, status="rejected"), line(3)))

    later = service.import_proposals(
        path := written(tmp_path, line(1), line(2, status="rejected"), line(3), line(4)), file_cases=cases.file
    )

    assert (later.taken, later.known, later.cases) == (1, 3, 3)
    assert list(session.scalars(sa.select(Case.source_ref).order_by(Case.id))) == [
        "bcn2016:1",
        "bcn2016:3",
        "bcn2016:4",
    ]
    assert counts.totals(session, "case", barcelona.ROOT_CODE).by_state == {"filed": 3}
    before = everything(session)
    assert service.import_proposals(path, file_cases=cases.file) == (0, 4, 0, 0, [])
    assert everything(session) == before


def test_what_was_hidden_or_went_on_without_a_case_gets_none(session, make, tmp_path):
    make.category(identifier="other_matter")
    path = written(tmp_path, line(1), line(2), line(3))
    service.import_proposals(path)
    hidden, going, _ = session.scalars(sa.select(Proposal).order_by(Proposal.id))
    hidden.hidden_at, going.state = hidden.created_at, ProposalState.IN_PROGRESS
    session.commit()

    service.import_proposals(path, file_cases=cases.file)

    assert list(session.scalars(sa.select(Case.source_ref))) == ["bcn2016:3"]


def test_filing_cases_without_loaded_categories_says_what_to_do_and_imports_nothing(session, tmp_path):
    with pytest.raises(Invalid, match="portal load categories"):
        service.import_proposals(written(tmp_path, line(1)), file_cases=cases.file)
    assert count(session, Proposal) == 0
