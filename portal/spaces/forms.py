"""Forms of spaces. Every label is the question a person would be asked at the counter."""

from datetime import timedelta

from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from portal.clock import today
from portal.places.forms import PlaceField
from portal.spaces.defaults import ABOUT
from portal.spaces.models import SpaceKind
from portal.spaces.policy import GIVEN
from portal.spaces.rules import Electorate, Majority, Results, WhoWrites
from portal.spaces.service.topics import BODY, TITLE
from portal.spaces.words import ROLES
from portal.text.lazy import _l
from portal.web.forms import ChoiceField, DayField, Form, NumberField, PickField, Query, at_most, between, required

LONGEST_TERM = 3660  # days


class TermField(DayField):
    """The first or the last day of a term."""

    def pre_validate(self, form):
        if self.data is not None and not today() <= self.data <= today() + timedelta(days=LONGEST_TERM):
            raise ValueError(_l("Choose a day from today on, at most ten years ahead."))


class ListQuery(Query):
    place = StringField(default="")
    kind = StringField(default="")


class TopicForm(Form):
    title = StringField(
        _l("In one sentence, what is it about?"), validators=[required(_l("Say what it is about.")), between(4, TITLE)]
    )
    body = TextAreaField(_l("Tell us more"), validators=[at_most(BODY)])


class SpaceForm(Form):
    name = StringField(_l("What is it called?"), validators=[required(_l("Give it a name.")), between(2, 80)])
    purpose = TextAreaField(_l("What is it for?"), validators=[at_most(500)])
    access = TextAreaField(_l("Where does it meet, and how do you get in?"), validators=[at_most(300)])


class NewSpaceForm(SpaceForm):
    kind = ChoiceField(
        _l("What kind of space is it?"), choices=[(str(kind), about.label) for kind, about in ABOUT.items()]
    )
    place_code = PlaceField(_l("For which place?"), validators=[required(_l("Choose the place this space is for."))])


class MoveForm(Form):
    action = HiddenField()
    reason = StringField(_l("Why?"), validators=[at_most(200)])


class InviteForm(Form):
    username = StringField(_l("User name"), validators=[required(_l("Enter the user name.")), at_most(40)])
    role = PickField(_l("Role"), choices=[(str(role), ROLES[role]) for role in GIVEN], default="member")
    title = StringField(_l("What the roster says"), validators=[at_most(60)])
    first_day = TermField(_l("First day of the term"), validators=[Optional()])
    last_day = TermField(_l("Last day of the term"), validators=[Optional()])


class GiveForm(Form):
    user_id = NumberField(validators=[Optional()])
    role = PickField(_l("Role"), choices=[(str(role), ROLES[role]) for role in GIVEN])
    title = StringField(_l("What the roster says"), validators=[at_most(60)])
    first_day = TermField(_l("First day of the term"), validators=[Optional()])
    last_day = TermField(_l("Last day of the term"), validators=[Optional()])


LEVELS = [("1", _l("Phone number confirmed")), ("2", _l("Real name confirmed")), ("3", _l("Confirmed resident"))]


def _number(label, low: int, high: int) -> NumberField:
    """A number of the rule set with its range (the same as in RuleSet.checked)."""
    said = _l("Enter a whole number from %(low)s to %(high)s.", low=low, high=high)
    return NumberField(label, validators=[NumberRange(low, high, said)])


class RulesForm(Form):
    """The rule set. The names of the fields are those of the rules."""

    who_writes = ChoiceField(
        _l("Who may write?"),
        choices=[
            (str(WhoWrites.EVERYBODY), _l("Everybody of the level below")),
            (str(WhoWrites.RESIDENTS), _l("Confirmed residents of this place")),
            (str(WhoWrites.MEMBERS), _l("The members")),
        ],
    )
    write_level = ChoiceField(_l("What must be confirmed of whoever writes?"), choices=LEVELS)
    second_level = ChoiceField(_l("What must be confirmed of whoever seconds?"), choices=LEVELS)
    review_comments = BooleanField(_l("Comments are looked at before they appear"))
    seconds_needed = _number(_l("How many seconds does a proposal need?"), 0, 100_000)
    seconds_share = _number(_l("Or how many of every 100 confirmed residents, if that is more"), 0, 100)
    breadth = _number(_l("From at least how many buildings or lanes?"), 0, 200)
    gather_days = _number(_l("Days to gather them"), 1, 365)
    deliberation_days = _number(_l("Days of deliberation"), 0, 180)
    ballot = BooleanField(_l("There is a vote"))
    notice_days = _number(_l("Days between the announcement of a vote and its opening"), 0, 30)
    ballot_days = _number(_l("Days of voting"), 1, 60)
    electorate = ChoiceField(
        _l("Who votes?"),
        choices=[
            (str(Electorate.RESIDENTS), _l("Confirmed residents of this place")),
            (str(Electorate.MEMBERS), _l("The members")),
        ],
    )
    per_household = BooleanField(_l("One vote per household"))
    quorum_share = _number(_l("How many of every 100 who may vote must take part?"), 0, 100)
    majority = ChoiceField(
        _l("When does it pass?"),
        choices=[
            (str(Majority.SIMPLE), _l("More for than against")),
            (str(Majority.TWO_THIRDS), _l("Two thirds of the votes for or against")),
            (str(Majority.OF_ALL_ELIGIBLE), _l("More than half of all who may vote")),
        ],
    )
    secret = BooleanField(_l("Secret vote (if not, everybody sees who chose what)"))
    results = ChoiceField(
        _l("When are the counts shown?"),
        choices=[
            (str(Results.LIVE), _l("While voting is open")),
            (str(Results.AFTER_CLOSE), _l("When voting has closed")),
        ],
    )
    publicity_days = _number(_l("Days on public notice"), 0, 60)
    answer_days = _number(_l("Days for the official answer"), 1, 60)
    rating_days = _number(_l("Days to rate the finished work"), 1, 60)
    decider = StringField(_l("Who gives the official answer?"), validators=[at_most(60)])

    def changes(self) -> dict:
        skip = {"csrf_token"}
        typed = {field.name: field.data for field in self if field.name not in skip}
        return typed | {name: int(typed[name]) for name in ("write_level", "second_level")}


KINDS = {str(kind): kind for kind in SpaceKind}
