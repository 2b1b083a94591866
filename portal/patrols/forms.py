"""Forms of patrols."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from portal.patrols.checklist import BY_HAND, ITEMS, MARKS, OUTCOMES
from portal.patrols.models import Outcome
from portal.patrols.service.walks import MOST_COMPANIONS
from portal.text.lazy import _, _l
from portal.web.forms import (
    ChoiceField,
    Form,
    MomentField,
    NumberField,
    PhotosField,
    PickField,
    TicksField,
    at_most,
    between,
    required,
)
from portal.web.language import language


class StartForm(Form):
    place = PickField(_l("Where"))
    lane = StringField(
        _l("Which lane or post"), validators=[required(_l("Which lane or post? 2 to 60 characters.")), between(2, 60)]
    )
    companions = NumberField(
        _l("How many go with you"), default=0,
        validators=[Optional(), NumberRange(0, MOST_COMPANIONS, _l("Between 0 and %(most)s companions.", most=MOST_COMPANIONS))],
    )  # fmt: skip
    client_key = HiddenField()


class LogForm(StartForm):
    started_at = MomentField(_l("When it began"), validators=[required(_l("Enter a day and a time."))])
    ended_at = MomentField(_l("When it ended"), validators=[required(_l("Enter a day and a time."))])


class FindingForm(Form):
    what = PickField(_l("What is it"), validators=[required(_l("Choose what it is."))])
    where = StringField(
        _l("Where exactly"),
        validators=[required(_l("Enter a door number or crossing, 2 to 60 characters.")), between(2, 60)],
    )
    note = TextAreaField(_l("What you saw"), validators=[at_most(400)])
    photos = PhotosField(_l("Photos"))
    alt = StringField(_l("What does the photo show?"), validators=[Optional(), at_most(120)])
    outcome = ChoiceField(
        _l("What about it"),
        choices=[(o.value, OUTCOMES[o]) for o in (Outcome.ON_THE_SPOT, Outcome.OPEN)],
        default=Outcome.OPEN.value,
    )
    client_key = HiddenField()

    def offer(self, categories) -> None:
        """The ten items first, then the other classes."""
        english = language() == "en"
        self.what.choices = {
            _("Ten-no checklist"): [(f"i{item.number}", item.seen) for item in ITEMS],
            _("Something else"): [(c.identifier, c.name_en if english else c.name) for c in categories],
        }


class ReasonForm(Form):
    reason = TextAreaField(
        _l("What should be changed"), validators=[required(_l("Say what should be changed, in 4 to 300 characters."))]
    )


class _End(Form):
    by_hand = TicksField(
        _l("What you did by hand"), choices=[(w.value, word) for w, word in BY_HAND.items()], coerce=str
    )
    note = TextAreaField(_l("Anything else about the walk"), validators=[at_most(600)])
    ended_at = MomentField(_l("When it ended"))

    def checklist(self) -> dict[str, str]:
        """The marks as typed so far."""
        return {
            str(item.number): self[f"item_{item.number}"].data for item in ITEMS if self[f"item_{item.number}"].data
        }

    def item(self, number: int):
        return self[f"item_{number}"]


EndForm = type("EndForm", (_End,), {
    f"item_{item.number}": ChoiceField(item.no, choices=list(MARKS.items())) for item in ITEMS
})  # fmt: skip
