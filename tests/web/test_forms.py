from datetime import UTC, date, datetime

import pytest
from werkzeug.datastructures import MultiDict

from portal.web.forms import DayField, Form, MomentField, NumberField


class Sheet(Form):
    class Meta(Form.Meta):
        csrf = False

    number, day, moment = NumberField(), DayField(), MomentField()


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


def test_left_empty_is_nothing_and_no_mistake(app):
    before = {"number": 5, "day": date(2026, 5, 21), "moment": datetime(2026, 5, 21, 9)}  # emptied by whoever typed
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
