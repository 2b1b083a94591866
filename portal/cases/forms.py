"""Forms of cases: reporting, rating, and one small form a move, made from what the table of the life asks for."""

from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import Optional

from portal.cases.service.given import MISSING
from portal.cases.service.reports import DESCRIPTION, TITLE, WHERE
from portal.cases.states import MOVES, PUBLIC_REASONS, REASONS, CaseSource
from portal.cases.words import RATINGS, SOURCES
from portal.cases.words import REASONS as REASON_WORDS
from portal.text import emergency
from portal.text.lazy import _l
from portal.web.forms import (
    ChoiceField,
    DayField,
    Form,
    MomentField,
    PhotosField,
    PickField,
    Query,
    TicksField,
    at_most,
    required,
)


class ListQuery(Query):
    """The filters of the public list."""

    place = StringField(default="")
    group = StringField(default="")
    q = StringField(_l("Number or words"), default="", validators=[at_most(60)])


class DeskQuery(Query):
    desk = StringField(default="")


class ReportForm(Form):
    """A matter for the authorities."""

    place = PickField(_l("Which community"))
    where = StringField(
        _l("Where exactly"), validators=[required(_l("Enter a door number or crossing.")), at_most(WHERE)]
    )
    title = StringField(_l("In one sentence, what is it about?"),
                        validators=[required(_l("Write in one sentence what it is about.")), at_most(TITLE)])  # fmt: skip
    description = TextAreaField(_l("Tell us more"), validators=[Optional(), at_most(DESCRIPTION)])
    photos = PhotosField(_l("Photos"))
    alt = StringField(_l("What the photo shows"), validators=[Optional(), at_most(200)])
    source = PickField(_l("Where it came in"))
    client_key = HiddenField()
    no_emergency = BooleanField(_l("Nobody is in danger at this moment. This can wait for the case desk."))

    @property
    def emergencies(self) -> list[emergency.Number]:
        """The numbers to call first, where the words point at an emergency."""
        return emergency.numbers(self.title.data or "", self.description.data or "", self.where.data or "")


class RatingForm(Form):
    """How it went."""

    rating = ChoiceField(
        _l("How did it go?"), choices=[(str(value), label) for value, label in RATINGS.items()], coerce=str
    )
    comment = TextAreaField(_l("In your own words"), validators=[Optional(), at_most(500)])


class PlainForm(Form):
    """A button only."""


def _words(label, name: str, hint: str = ""):
    return TextAreaField(label, validators=[required(MISSING[name]), at_most(2000)])


FOUND = [("yes", _l("Yes, it is there")), ("no", _l("No, it is not there"))]

# One field for each thing a move may need.
_FIELDS = {
    "reason": lambda: _words(_l("Reason"), "reason"),
    "reason_code": lambda: PickField(_l("Kind of reason"), validators=[required(MISSING["reason_code"])]),
    "lead_unit_id": lambda: PickField(_l("Which unit leads"), validators=[required(MISSING["lead_unit_id"])]),
    "until": lambda: MomentField(_l("By when can it be done?"), validators=[required(MISSING["until"])]),
    "review_at": lambda: DayField(
        _l("On which day is it looked at again?"), validators=[required(MISSING["review_at"])]
    ),
    "result": lambda: _words(_l("What was done"), "result"),
    "note": lambda: _words(_l("What was seen on the spot"), "note"),
    "summary": lambda: _words(_l("How it ended"), "summary"),
    "found": lambda: ChoiceField(_l("Was the problem found?"), choices=FOUND, coerce=str),
}


def move_form(action: str) -> type[Form]:
    """The form of a move: what the table needs, photos for a result, words for the residents and for colleagues."""
    step = MOVES[action]
    fields = {name: _FIELDS[name]() for name in step.needs}
    if "lead_unit_id" in fields:
        fields["co_unit_ids"] = TicksField(_l("Units that help"))
    if "reason_code" in fields and "duplicate" in {str(r) for r in REASONS[action]}:
        fields["duplicate_of"] = StringField(_l("Number of the original case"), validators=[Optional(), at_most(30)])
    if action == "report_handled":
        fields["photos"] = PhotosField(_l("Photos of how it looks now"))
        fields["alt"] = StringField(_l("What the photo shows"), validators=[Optional(), at_most(200)])
    fields["public_note"] = TextAreaField(_l("To the residents"), validators=[Optional(), at_most(2000)])
    if "note" not in fields:
        fields["note"] = TextAreaField(_l("For colleagues only"), validators=[Optional(), at_most(2000)])
    fields["confirmed"] = HiddenField()
    return type("MoveForm", (Form,), fields)


PUBLIC, STAFF_ONLY = _l("Public, on the page of the case."), _l("Residents do not see this.")
_OR_BELOW = _l("Public, unless you write other words to the residents below.")
_READERS = {
    "lead_unit_id": PUBLIC, "co_unit_ids": PUBLIC, "reason_code": PUBLIC, "duplicate_of": PUBLIC, "photos": PUBLIC, "alt": PUBLIC,
    "result": PUBLIC, "review_at": PUBLIC, "until": _l("Residents see the new date once it is granted."), "summary": _OR_BELOW,
    "public_note": _l("Public, on the page of the case. Say who does what, and by when."),
}  # fmt: skip


def who_reads(action: str, name: str):
    """Said beside every field of a move: does the public read it?"""
    if name == "reason" and action in PUBLIC_REASONS:
        return _OR_BELOW
    return _READERS.get(name, STAFF_ONLY)


def reason_choices(action: str) -> list[tuple[str, object]]:
    return [(str(reason), REASON_WORDS[reason]) for reason in REASONS.get(action, ())]


def source_choices(staff: bool) -> list[tuple[str, object]]:
    """A resident reports for himself; the case desk also enters what came in by other ways."""
    by_desk = (CaseSource.HOTLINE, CaseSource.MEDIA, CaseSource.SUPERIOR, CaseSource.PETITION, CaseSource.SENSOR)
    return [(str(s), SOURCES[s]) for s in (*(by_desk if staff else ()), CaseSource.RESIDENT)]


class SuperviseForm(Form):
    """Closer supervision."""

    level = ChoiceField(
        _l("How closely"), choices=[("normal", _l("Supervised")), ("key", _l("Key supervision"))], coerce=str
    )
    reason = _words(_l("Reason"), "reason")
