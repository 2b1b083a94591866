"""The form of a reader who points at something."""

from wtforms import HiddenField, TextAreaField

from portal.moderation.models import HIDE_REASONS
from portal.moderation.service import NOTE
from portal.text.lazy import _l
from portal.web.forms import ChoiceField, Form, at_most


class ReportForm(Form):
    kind = HiddenField(_l("Kind"))
    id = HiddenField(_l("Number"))
    next = HiddenField(_l("Back to"))
    reason = ChoiceField(
        _l("What is wrong with it?"), choices=[(str(code), label) for code, label in HIDE_REASONS.items()]
    )
    note = TextAreaField(_l("What should the moderator know?"), validators=[at_most(NOTE)])
