"""Forms of categories."""

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import NumberRange, Optional

from portal.categories.models import LIMIT_UNITS, THEMES, TRADES
from portal.text.lazy import _l
from portal.web.forms import Form, NumberField, PickField, TicksField, at_most, required


class ExtensionForm(Form):
    """A local category."""

    name = StringField(_l("Name"), validators=[required(_l("Write the name of the category.")), at_most(60)])
    name_en = StringField(_l("Name in English"), validators=[Optional(), at_most(80)])
    theme = PickField(_l("Theme"), choices=[(str(theme), label) for theme, label in THEMES.items()])
    lead_trades = TicksField(_l("Kinds of unit that lead"), choices=list(TRADES.items()),
                         validators=[required(_l("Choose at least one kind of unit that leads."))])  # fmt: skip
    limit_value = NumberField(_l("Limit"), validators=[NumberRange(1, 365, _l("The limit is a number from 1 to 365."))])
    limit_unit = PickField(_l("Counted in"), choices=[(str(unit), label) for unit, label in LIMIT_UNITS.items()])
    visible_problem = BooleanField(_l("It can be seen: a report needs a photo"), default=True)


class RetireForm(Form):
    retired = HiddenField()
