"""The life of a patrol: nothing but the table moves it."""

from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from portal import db
from portal.accounts.models import User
from portal.brands.models import Brand, Team
from portal.errors import PortalError
from portal.patrols import policy, service
from portal.patrols.models import Patrol
from portal.patrols.states import BUTTONS, FINAL, LABELS, MOVES, TONES
from portal.patrols.states import PatrolState as S
from portal.policy import GUEST, SYSTEM, Role, Scope
from tests import factories
from tests.patrols.test_service import OK


class Person:
    """Somebody with roles, without a database."""

    is_authenticated, is_suspended = True, False

    def __init__(self, ident, *grants):
        self.id, self.grants = ident, grants

    def has_role(self, wanted, scope=None):
        wanted = {wanted} if isinstance(wanted, Role) else set(wanted)
        return any(role in wanted and scope.covered_by(kind, ref) for role, kind, ref in self.grants)


WALKER = Person(1, (Role.VOLUNTEER, "team", "7"), (Role.TEAM_LEAD, "team", "7"), (Role.PLACE_ADMIN, "place", "11"))
LEAD = Person(2, (Role.TEAM_LEAD, "team", "7"))
ADMIN = Person(3, (Role.PLACE_ADMIN, "place", "110102"))
OTHER_LEAD = Person(4, (Role.TEAM_LEAD, "team", "8"), (Role.PLACE_ADMIN, "place", "110105"))
MEMBER = Person(5, (Role.VOLUNTEER, "team", "7"))
PEOPLE = [WALKER, LEAD, ADMIN, OTHER_LEAD, MEMBER, GUEST, SYSTEM]


def patrol_in(state):
    return SimpleNamespace(
        state=state, volunteer_id=1, team_id=7, place_code="110102003001", scope=Scope(place="110102003001", team=7)
    )


@given(st.sampled_from(PEOPLE), st.lists(st.sampled_from(sorted(MOVES)), max_size=12))
def test_along_any_path_only_the_right_person_moves_it_and_final_is_final(person, path):
    patrol = patrol_in(S.ON_PATROL)
    for action in path:
        before = patrol.state
        if policy.why_not_move(person, patrol, action) is not None:
            continue
        assert before not in FINAL
        assert before in MOVES[action].come_from
        assert (person is WALKER) == (MOVES[action].who == "volunteer")
        assert person in (WALKER, LEAD, ADMIN)
        patrol.state = MOVES[action].go_to


@given(st.sampled_from(PEOPLE), st.sampled_from(list(S)))
def test_buttons_are_exactly_what_the_policy_allows(person, state):
    patrol = patrol_in(state)
    assert policy.open_moves(person, patrol) == [a for a in MOVES if policy.why_not_move(person, patrol, a) is None]
    if state in FINAL or person in (GUEST, SYSTEM, OTHER_LEAD, MEMBER):
        assert policy.open_moves(person, patrol) == []


@given(st.text(max_size=20))
def test_an_unknown_step_is_refused(action):
    if action not in MOVES:
        assert policy.why_not_move(LEAD, patrol_in(S.SUBMITTED), action)


def test_every_state_and_step_has_its_words():
    assert set(LABELS) == set(TONES) == set(S)
    assert set(BUTTONS) == set(MOVES)
    reached = {move.go_to for move in MOVES.values()} | {S.PLANNED}
    assert reached == set(S)


def at_once(*acts):
    """Run these in threads at the same moment; returns what each said."""
    gate, said = Barrier(len(acts), timeout=20), []

    def run(user_id, act):
        with db.scope():
            user = db.Session().get(User, user_id, options=[sa.orm.joinedload(User.grants)])
            db.Session().commit()
            gate.wait()
            try:
                said.append(act(user))
            except PortalError as problem:
                said.append(problem)

    threads = [Thread(target=run, args=pair) for pair in acts]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return said


@pytest.fixture
def people(real_db):
    team = factories.make_team()
    walker, one, two = factories.make_user(), factories.make_user(), factories.make_user()
    factories.make_grant(walker, Role.VOLUNTEER, team=team)
    for lead in (one, two):
        factories.make_grant(lead, Role.TEAM_LEAD, team=team)
    return team, walker, one, two


def test_two_leads_who_confirm_at_once_confirm_one_patrol(people):
    team, walker, one, two = people
    patrol = service.start(walker, team.id, "前海北沿", factories.COMMUNITY)
    service.finish(walker, patrol.id, OK)
    team_id, brand_id, ident = team.id, team.brand_id, patrol.id
    said = at_once(*[(lead.id, lambda user: service.move(user, ident, "confirm")) for lead in (one, two)])
    assert sum(isinstance(answer, PortalError) for answer in said) == 1
    with db.scope():
        assert db.Session().get(Team, team_id).patrol_count == db.Session().get(Brand, brand_id).patrol_count == 1


def test_one_form_sent_six_times_at_once_is_one_patrol(people):
    team, walker, *_ = people
    team_id = team.id
    said = at_once(
        *[(walker.id, lambda user: service.start(user, team_id, "前海北沿", factories.COMMUNITY, 0, "same"))] * 6
    )
    assert len({patrol.id for patrol in said}) == 1


def test_of_six_different_starts_at_once_one_runs(people):
    team, walker, *_ = people
    team_id = team.id
    said = at_once(
        *[
            (walker.id, lambda user, n=n: service.start(user, team_id, "前海北沿", factories.COMMUNITY, 0, f"key-{n}"))
            for n in range(6)
        ]
    )
    assert sum(isinstance(answer, Patrol) for answer in said) == 1


def test_findings_recorded_at_once_are_all_counted(people):
    team, walker, *_ = people
    ident = service.start(walker, team.id, "前海北沿", factories.COMMUNITY).id
    at_once(
        *[
            (
                walker.id,
                lambda user, n=n: service.add_finding(user, ident, item=3, where="西口", client_key=f"f{n % 4}"),
            )
            for n in range(8)
        ]
    )
    with db.scope():
        assert db.Session().get(Patrol, ident).finding_count == 4
