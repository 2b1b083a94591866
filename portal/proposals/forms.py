"""What is typed about proposals."""

from wtforms import BooleanField, HiddenField, SearchField, SelectField, StringField, TextAreaField

from portal.categories.models import THEMES, Theme
from portal.proposals.models import OutcomeAnswer
from portal.proposals.words import ANSWERS
from portal.text.lazy import _l
from portal.web.forms import ChoiceField, Form, PhotosField, PickField, Query, at_most, between, required

SORTS = {
    "new": _l("Newest first"),
    "due": _l("Closing soon first"),
    "seconds": _l("Most seconds first"),
}
THEME_CHOICES = [(theme.value, label) for theme, label in THEMES.items()]


class FilterForm(Query):
    """The list's filters; all of them live in the address."""

    q = SearchField(_l("Words in the title"), default="", validators=[at_most(60)])
    theme = SelectField(_l("Topic"), default="", choices=[("", _l("All topics")), *THEME_CHOICES])
    sort = SelectField(_l("Order"), default="new", choices=list(SORTS.items()))
    state = StringField(default="", validators=[at_most(24)])
    place = SelectField(_l("Place"), default="", choices=[], validate_choice=False, validators=[at_most(24)])
    space = StringField(default="", validators=[at_most(10)])


class StartForm(Form):
    """Step 1: the place and the space. Choices are filled in by the view."""

    place_code = HiddenField(validators=[at_most(24)])
    space_id = ChoiceField(_l("Where should neighbours talk about it?"), coerce=str, choices=[])
    client_key = HiddenField(validators=[at_most(64)])
    source = HiddenField(validators=[at_most(40)])


class SayForm(Form):
    """Step 2: the matter itself."""

    title = StringField(
        _l("Title"), validators=[required(_l("Write the place and what should be done.")), between(4, 120)]
    )
    where = StringField(
        _l("Where exactly?"), validators=[required(_l("Enter a door number or crossing.")), at_most(120)]
    )
    theme = PickField(_l("Topic"), choices=THEME_CHOICES, validators=[required(_l("Choose a topic."))])
    body = TextAreaField(
        _l("How is it now?"), validators=[required(_l("Say how it is now and whom it concerns.")), at_most(10_000)]
    )
    plan = TextAreaField(_l("What could be done?"), validators=[at_most(10_000)])
    photos = PhotosField(_l("Photos of the place"))
    alt = StringField(_l("What do the photos show?"), validators=[at_most(200)])

    def unfinished(self) -> dict:
        """What may be kept as a draft, however unfinished; a topic that is none is left out."""
        theme = self.theme.data if self.theme.data in set(Theme) else None
        return {"title": (self.title.data or "")[:120], "where": (self.where.data or "")[:120], "theme": theme,
                "body": (self.body.data or "")[:10_000], "plan": (self.plan.data or "")[:10_000]}  # fmt: skip


class SendForm(Form):
    """Step 3. The tick is asked for only where the words point at an emergency."""

    no_emergency = BooleanField(_l("Nobody is in danger at this moment. This can wait for the community."))


class ReviseForm(Form):
    title = StringField(
        _l("Title"), validators=[required(_l("Write the place and what should be done.")), between(4, 120)]
    )
    body = TextAreaField(
        _l("How is it now?"), validators=[required(_l("Say how it is now and whom it concerns.")), at_most(10_000)]
    )
    plan = TextAreaField(_l("What could be done?"), validators=[at_most(10_000)])
    why = StringField(
        _l("What did you change, and why?"),
        validators=[required(_l("Say in one sentence what changed.")), at_most(200)],
    )
    material = ChoiceField(_l("Does it change what people seconded?"), choices=[
        ("no", _l("No, only the wording")), ("yes", _l("Yes, something else would be done")),
    ])  # fmt: skip


class CompareForm(Query):
    """Which two versions to compare; `from_` and `to` are numbers."""

    older = StringField(default="", validators=[at_most(6)])
    newer = StringField(default="", validators=[at_most(6)])


class ObjectForm(Form):
    body = TextAreaField(
        _l("Your objection"),
        id="objection-body",
        validators=[required(_l("Write what speaks against it.")), at_most(1000)],
    )


class RateForm(Form):
    answer = ChoiceField(_l("Is it solved?"), choices=[(a.value, ANSWERS[a]) for a in OutcomeAnswer])
    comment = TextAreaField(_l("Something to add?"), validators=[at_most(500)])


class SimilarForm(Query):
    title = StringField(default="", validators=[at_most(120)])
    place = StringField(default="", validators=[at_most(24)])
    id = StringField(default="", validators=[at_most(10)])


def number(text: str | None, most: int = 2**31 - 1) -> int | None:
    """A number of a query string, or None for anything else."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= most else None
