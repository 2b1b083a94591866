"""What staff and organisers type about proposals."""

from datetime import timedelta

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import StopValidation

from portal import clock
from portal.proposals.words import HOW, REFUSE_REASONS
from portal.text.lazy import _l
from portal.web.forms import ChoiceField, DayField, Form, NumberField, PickField, at_most, required

DECLINE = "decline"


class StepForm(Form):
    """Every form of the desk says which state and version of the proposal its page showed."""

    seen = HiddenField(validators=[at_most(40)])


class PassForm(StepForm):
    """One button."""


class ReturnForm(StepForm):
    reason = TextAreaField(
        _l("What should the proposer change?"),
        validators=[required(_l("Give the reason; it is sent as you write it.")), at_most(500)],
    )


class RefuseForm(StepForm):
    reason_code = ChoiceField(
        _l("The proposal …"), choices=[(code.value, label) for code, label in REFUSE_REASONS.items()]
    )
    why = TextAreaField(
        _l("Words to the proposer"),
        validators=[required(_l("Give the reason; it is sent as you write it.")), at_most(500)],
    )


class ConcludeForm(StepForm):
    note = TextAreaField(_l("What came out of the deliberation?"), validators=[at_most(2000)])


class FinishForm(StepForm):
    result = TextAreaField(_l("What was done?"), validators=[required(_l("Write what was done.")), at_most(2000)])


class MergeForm(StepForm):
    into = NumberField(
        _l("Number of the other proposal"), validators=[required(_l("Enter the number of the other proposal."))]
    )


class ObjectionForm(Form):
    answer = TextAreaField(
        _l("Answer"), validators=[required(_l("Write the answer; everybody will read it.")), at_most(1000)]
    )


class AnswerForm(StepForm):
    """The official answer: how it will be done, by whom, by when; or declined. Choices of lists are filled in by the view."""

    how = ChoiceField(
        _l("What becomes of it?"),
        choices=[*((h.value, label) for h, label in HOW.items()), (DECLINE, _l("Declined, with reasons"))],
    )
    category_id = PickField(_l("Category of the case"), choices=[], empty=_l("Only for a case"))
    unit_id = PickField(_l("Responsible unit"), choices=[], empty=_l("None of these"))
    responsible = StringField(_l("Who is responsible, in words"), validators=[at_most(80)])
    promised_on = DayField(_l("Done by which day?"))
    answer = TextAreaField(
        _l("Answer to the residents"),
        validators=[required(_l("Write the answer; everybody will read it.")), at_most(2000)],
    )

    def validate_category_id(self, field):
        if self.how.data == "case" and not field.data:
            raise StopValidation(_l("Choose the category of the case."))

    def validate_responsible(self, field):
        if self.how.data not in ("case", DECLINE, None) and not field.data and not self.unit_id.data:
            raise StopValidation(_l("Say which unit or who is responsible."))

    def validate_promised_on(self, field):
        if self.how.data == DECLINE or field.errors:
            return
        if field.data is None:
            raise StopValidation(_l("Say by which day it will be done."))
        if not clock.today() <= field.data <= clock.today() + timedelta(days=5 * 365):
            raise StopValidation(_l("Promise a day that is still to come, within five years."))
