"""Forms of accounts."""

from wtforms import BooleanField, HiddenField, PasswordField, StringField, TelField, TextAreaField

from portal.accounts.states import LEVEL_LABELS, PAPER_LABELS
from portal.places.forms import PlaceField
from portal.places.models import PlaceLevel
from portal.policy import Level
from portal.text.lazy import _l
from portal.web.forms import ChoiceField, Form, PickField, at_most, required

_name = [required(_l("Enter your user name or phone number.")), at_most(80)]


def _password(label, message, autocomplete):
    return PasswordField(label, validators=[required(message), at_most(500)], render_kw={"autocomplete": autocomplete})


def _code(label=None):
    return StringField(label or _l("Sign-in code"), validators=[required(_l("Enter the code from the message.")), at_most(20)],
                       render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"})  # fmt: skip


def _phone():
    return TelField(_l("Phone number"), validators=[required(_l("Enter your phone number.")), at_most(40)],
                    render_kw={"inputmode": "tel", "autocomplete": "tel"})  # fmt: skip


def _stay():
    return BooleanField(_l("Stay signed in on this device for 30 days"))


def _agreed(*validators):
    return BooleanField(_l("I have read what is kept about me and the rules of discussion."), validators=validators)


class PhoneForm(Form):
    phone = _phone()
    next = HiddenField()


class CodeSignInForm(Form):
    phone = _phone()
    code = _code()
    agreed = _agreed()  # asked for once the phone turns out to be new
    stay = _stay()
    next = HiddenField()


class PasswordSignInForm(Form):
    name = StringField(_l("User name or phone number"), validators=_name, render_kw={"autocomplete": "username"})
    password = _password(_l("Password"), _l("Enter your password."), "current-password")
    stay = _stay()
    next = HiddenField()


class RegisterForm(Form):
    username = StringField(_l("User name"), validators=[required(_l("Choose a user name.")), at_most(80)],
                           render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})  # fmt: skip
    password = _password(_l("Password"), _l("Choose a password."), "new-password")
    agreed = _agreed(required(_l("Please read both pages and tick this.")))
    next = HiddenField()


class ResetForm(Form):
    name = StringField(_l("Phone number or user name"), validators=_name, render_kw={"autocomplete": "username"})
    code = _code(_l("Code from the message or from the desk"))
    password = _password(_l("New password"), _l("Choose a password."), "new-password")


class ResetCodeForm(Form):
    name = StringField(_l("Phone number or user name"), validators=_name)


class PasswordForm(Form):
    old = PasswordField(
        _l("Present password"), validators=[at_most(500)], render_kw={"autocomplete": "current-password"}
    )
    password = _password(_l("New password"), _l("Choose a password."), "new-password")


class NameForm(Form):
    display_name = StringField(_l("Display name"), validators=[required(_l("Write the name others shall see."))],
                               render_kw={"autocomplete": "nickname"})  # fmt: skip


class AddPhoneForm(Form):
    phone = _phone()
    code = _code()


class PlaceForm(Form):
    code = HiddenField(validators=[at_most(24)])
    next = HiddenField()


class VerifyForm(Form):
    place_code = HiddenField(validators=[required(_l("Choose your community first.")), at_most(24)])
    real_name = StringField(_l("Your name as on your papers"), validators=[required(_l("Write your name.")), at_most(60)],
                            render_kw={"autocomplete": "name"})  # fmt: skip
    building = StringField(
        _l("Building, courtyard or lane"), validators=[required(_l("Write where you live.")), at_most(40)]
    )
    household = StringField(_l("Household"), validators=[at_most(40)])
    note = TextAreaField(_l("Anything else the desk should know"), validators=[at_most(500)])


class ConfirmForm(Form):
    """What the desk writes down when it confirms somebody."""

    level = ChoiceField(_l("What is confirmed?"), choices=[
        (str(int(level)), LEVEL_LABELS[level]) for level in (Level.RESIDENT, Level.REAL_NAME)])  # fmt: skip
    evidence = PickField(_l("Which paper have you seen?"), choices=[(str(paper), label) for paper, label in PAPER_LABELS.items()],
                         validators=[required(_l("Choose which paper you have seen."))])  # fmt: skip
    household = StringField(_l("Household"), validators=[at_most(40)])
    building = StringField(_l("Building, courtyard or lane"), validators=[at_most(40)])


class DecideForm(ConfirmForm):
    action = HiddenField()
    reason = TextAreaField(_l("Reason"), validators=[at_most(500)])


class WindowForm(ConfirmForm):
    place_code = PlaceField(
        _l("Community"), level=PlaceLevel.COMMUNITY, validators=[required(_l("Choose the community."))]
    )
    real_name = StringField(_l("Name as on the papers"), validators=[required(_l("Write the name.")), at_most(60)])
