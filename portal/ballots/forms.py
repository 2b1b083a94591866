"""What is typed on ballots."""

from wtforms import TextAreaField

from portal.ballots.models import Choice
from portal.text.lazy import _l
from portal.web.forms import ChoiceField, Form, at_most, required

CHOICES = {Choice.FOR: _l("For"), Choice.AGAINST: _l("Against"), Choice.ABSTAIN: _l("Abstain")}


class VoteForm(Form):
    """One choice, nothing preselected."""

    choice = ChoiceField(_l("Your choice"), choices=[(choice.value, label) for choice, label in CHOICES.items()])


class AnnulForm(Form):
    reason = TextAreaField(
        _l("Why is this vote void?"),
        validators=[required(_l("Give the reason; everybody will read it.")), at_most(500)],
    )
