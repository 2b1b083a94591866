from datetime import UTC, date, datetime

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import StringField, TextAreaField

from portal.web.forms import DayField, Form, MomentField, NumberField, PickField, required


class Sheet(Form):
    class Meta(Form.Meta):
        csrf = False

    number, day, moment, words, text = NumberField(), DayField(), MomentField(), StringField(), TextAreaField()


def typed(app, start=None, **words):
    with app.test_request_context():
        form = Sheet(formdata=MultiDict(words), data=start)
        form.validate()
        return form


def test_numbers_days_and_moments_are_read(app):
    form = typed(app, number=" 12 ", day="2026-05-21", moment="2026-05-21T09:30")
    assert (form.number.data, form.day.data, form.errors) == (12, date(2026, 5, 21), {})
    assert form.day.beginning == datetime(2026, 5, 20, 16, 0, tzinfo=UTC)  # the first one
    assert form.day.moment == datetime(2026, 5, 21, 15, 59, 59, tzinfo=UTC)  # the last second of that day in Beijing
    assert form.moment.moment == datetime(2026, 5, 21, 1, 30, tzinfo=UTC)


def test_words_that_are_not_sent_are_empty(app):
    form = typed(app, number="1")
    assert (form.words.data, form.text.data) == ("", "")


def test_left_empty_is_nothing_and_no_mistake(app):
    before = {
        "number": 5,
        "day": date(2026, 5, 21),
        "moment": datetime(2026, 5, 21, 9, tzinfo=UTC),
    }  # emptied by whoever typed
    form = typed(app, before, number=" ", day="", moment="")
    assert (form.number.data, form.day.beginning, form.day.moment, form.moment.moment) == (None, None, None, None)
    assert form.errors == {}


@pytest.mark.parametrize(("name", "words", "told"), [
    ("number", ("zwölf", "1.5", "1" * 40, "\x00"), "Enter a whole number."),
    ("day", ("21.5.2026", "2026-02-30", "0001-01-01", "9999-12-31", "2" * 4000), "Enter a day like 2026-05-21."),
    ("moment", ("gestern", "2026-05-21", "0001-01-01T00:00", "9999-12-31T23:59"), "Enter a day and a time."),
])  # fmt: skip
def test_what_cannot_be_used_is_kept_and_answered_with_what_to_do(app, name, words, told):
    for word in words:
        form = typed(app, **{name: word})
        assert [str(e) for e in form[name].errors] == [told], word
        assert form[name].data is None
        assert form[name].raw_data == [word]


TWO = [("a", "One"), ("b", "Two")]


class Picks(Form):
    class Meta(Form.Meta):
        csrf = False

    any = PickField(choices=TWO)
    said = PickField(choices=TWO, validators=[required("Say which.")])
    usual = PickField(choices=TWO, default="b")
    none = PickField(choices=TWO, empty="Neither")
    grouped = PickField(choices={"Letters": TWO})
    one = PickField(choices=TWO[:1])
    sloppy = PickField(choices=[("", "Choose"), *TWO])


def picked(app, **words):
    with app.test_request_context():
        form = Picks(formdata=MultiDict(words) if words else None)
        form.validate()
        return form


def test_nothing_is_chosen_in_a_select_before_somebody_chooses(app):
    form = picked(app)
    first = {field.name: next(iter(field.iter_choices())) for field in form}
    assert {name for name, option in first.items() if option.value == "" and option.selected} >= {"any", "said", "none"}
    assert [o.selected for o in form.usual.iter_choices()] == [False, True]
    assert first["one"].selected  # there is nothing to choose
    with app.test_request_context():
        assert str(form.grouped()).index('selected value=""') < str(form.grouped()).index("<optgroup")


def test_a_select_left_empty_is_refused_unless_that_means_something(app):
    form = picked(app, **dict.fromkeys(picked(app)._fields, ""))
    options = "Choose one of the options."
    assert {name: [str(e) for e in errors] for name, errors in form.errors.items()} == {
        "any": [options], "said": ["Say which."], "usual": [options], "grouped": [options], "one": [options], "sloppy": [options],
    }  # fmt: skip
    assert [o.label for o in form.none.iter_choices()] == ["Neither", "One", "Two"]
    assert picked(app, **dict.fromkeys(form._fields, "a")).errors.keys() == set()
    assert set(picked(app, **dict.fromkeys(form._fields, "c")).errors) == set(form._fields)
