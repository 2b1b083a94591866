"""The gallery: one page that shows every component in every state. Not registered in production."""

from datetime import timedelta
from types import SimpleNamespace

from flask import Blueprint, render_template
from wtforms import BooleanField, DateField, IntegerField, SelectMultipleField, StringField, TextAreaField

from portal import clock
from portal.text.lazy import _l
from portal.web.forms import ChoiceField, Form, PhotosField, PickField, at_most, required
from portal.web.guards import public

bp = Blueprint("gallery", __name__)

TOPICS = [
    ("traffic", _l("Getting about and parking")),
    ("clean", _l("Cleanliness")),
    ("other", _l("Something else")),
]
VOTES = [("for", _l("For")), ("against", _l("Against")), ("abstain", _l("Abstain"))]


class SampleForm(Form):
    title = StringField(_l("Title"), validators=[required(_l("Write the place and what should be done."))])
    text = TextAreaField(_l("How is it now?"), validators=[at_most(800)])
    topic = PickField(_l("Topic"), choices=TOPICS)
    vote = ChoiceField(_l("Your choice"), choices=VOTES)
    days = SelectMultipleField(_l("Which topics concern you?"), choices=TOPICS)
    agreed = BooleanField(_l("I have read the rules of discussion."))
    people = IntegerField(_l("How many people?"))
    day = DateField(_l("On which day?"))
    photos = PhotosField(_l("Photos of the place"))
    alt = StringField(_l("What does the photo show?"))


@bp.get("/gallery")
@public
def show():
    now = clock.utcnow()
    return render_template(
        "gallery/show.html",
        now=now,
        past=[now - timedelta(days=n) for n in range(40)],
        coming=[now + timedelta(days=n) for n in range(40)],
        form=SampleForm(formdata=None),
        wrong=_wrong_form(),
        place=SimpleNamespace(name="什刹海街道", pinyin="Shichahai", url="#", district_name="西城区"),
    )


def _wrong_form() -> SampleForm:
    form = SampleForm(formdata=None, prefix="wrong", data={"title": "停车太乱", "text": "早晚高峰自行车停满胡同口。"})
    form.title.errors = [_l("Write the place and what should be done.")]
    form.vote.errors = [_l("Choose one of the options.")]
    form.photos.errors = [_l("A photo may have at most 10 MB.")]
    return form
