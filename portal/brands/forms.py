"""Forms of brands and teams."""

from wtforms import HiddenField, StringField, TextAreaField

from portal.text.lazy import _l
from portal.web.forms import Form, PickField, at_most, between, required


class TeamForm(Form):
    brand = PickField(_l("Brand"))
    place = PickField(_l("Street or community"))
    name = StringField(_l("Name of the team"), validators=[required(_l("Give the team a name.")), between(2, 40)])
    about = TextAreaField(_l("What it does, when and where it meets"), validators=[at_most(600)])
    lead = StringField(_l("User name of the first lead"), validators=[at_most(40)])
    client_key = HiddenField()


class AskForm(Form):
    note = StringField(_l("A word to the lead"), validators=[at_most(100)])


class InviteForm(Form):
    username = StringField(
        _l("User name"), validators=[required(_l("Enter the user name of the person you mean.")), at_most(40)]
    )
