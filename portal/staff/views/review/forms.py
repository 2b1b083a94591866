"""Decisions of the review desk. What is written for the author is sent as it is written."""

from wtforms import HiddenField, TextAreaField

from portal.moderation.models import HIDE_REASONS, RESTORE_REASONS
from portal.moderation.service import NOTE
from portal.text.lazy import _l
from portal.web.forms import ChoiceField, Form, PickField, at_most, required

REASONS = [(str(code), label) for code, label in HIDE_REASONS.items()]


class CommentForm(Form):
    decision = ChoiceField(
        _l("Your decision"),
        choices=[
            ("publish", _l("Let it through: everybody can read it")),
            ("return", _l("Ask the author to change it")),
        ],
    )
    note = TextAreaField(_l("Tell the author why"), validators=[at_most(NOTE)])


class ReportForm(Form):
    decision = ChoiceField(
        _l("Your decision"),
        choices=[("keep", _l("Keep it: it breaks no rule")), ("hide", _l("Hide it, and say which rule it breaks"))],
    )
    reason = PickField(_l("Which rule does it break?"), choices=REASONS, empty=_l("Choose the rule"))
    note = TextAreaField(_l("Tell the author why"), validators=[at_most(NOTE)])


class HideForm(Form):
    kind = HiddenField()
    id = HiddenField()
    next = HiddenField()
    reason = PickField(
        _l("Which rule does it break?"),
        choices=REASONS,
        validators=[required(_l("Choose the rule that was broken."))],
    )
    note = TextAreaField(
        _l("Tell the author why"),
        validators=[required(_l("Tell the author why. It is sent as you write it.")), at_most(NOTE)],
    )


class RestoreForm(Form):
    reason = PickField(
        _l("Why is it shown again?"),
        choices=[
            ("", _l("Choose the reason")),
            *((str(code), label) for code, label in RESTORE_REASONS.items()),
        ],
        default="",
        validators=[required(_l("Choose why it is shown again."))],
    )
    note = TextAreaField(_l("Tell the author more"), validators=[at_most(NOTE)])
