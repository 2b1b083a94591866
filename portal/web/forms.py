"""The base form: cleans what was typed (words not sent are empty), keeps it when refused, words its messages as what to do."""

from datetime import UTC, datetime, time

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict
from wtforms import (
    DateField,
    DateTimeLocalField,
    IntegerField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import Choice
from wtforms.validators import Length, StopValidation

from portal.clock import BEIJING
from portal.files import MAX_BYTES
from portal.text.clean import clean, one_line
from portal.text.lazy import _l


class Form(FlaskForm):
    """All forms of the portal derive from this. `Form.from_request(obj=…)`, then `if form.submitted(): service…`."""

    class Meta(FlaskForm.Meta):
        locales = ()
        csrf = False  # every POST is checked before any form is made (portal.web.sessions); the page draws the token: `csrf()`

        def wrap_formdata(self, form, formdata):
            """Files go to fields for files, words to all others: a file is not a title, whoever says so."""
            if not isinstance(formdata, CombinedMultiDict):
                return super().wrap_formdata(form, formdata)
            for_files = {field.name for field in form if isinstance(field, MultipleFileField)}
            sent = formdata.items(multi=True)
            return MultiDict(
                [(name, value) for name, value in sent if isinstance(value, FileStorage) is (name in for_files)]
            )

        def get_translations(self, form):
            return None  # every message of ours is written out

        def bind_field(self, form, unbound_field, options):
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                tidy = _clean if issubclass(kind, TextAreaField) else _one_line
                options = {**options, "filters": (tidy, *unbound_field.kwargs.get("filters", ()))}
            return unbound_field.bind(form=form, **options)

    @classmethod
    def from_request(cls, **kwargs):
        """The form filled from this request's POST (or empty, with `obj`/`data` as its start)."""
        if request.method == "POST":
            return cls(formdata=CombinedMultiDict([request.files, request.form]), **kwargs)
        return cls(formdata=None, **kwargs)

    def submitted(self) -> bool:
        """Was it sent, and is everything in it usable?"""
        return request.method == "POST" and self.validate()

    def refuse(self, field: str, why) -> None:
        """Put a service's refusal beside the field it concerns, so that the page is shown again with what was typed."""
        self[field].errors = [*self[field].errors, why]


class Query(Form):
    """A form of a GET page (filters, search): unusable values are ignored, never an error."""

    @classmethod
    def from_request(cls, **kwargs):
        form = cls(formdata=request.args, **kwargs)
        form.validate()
        for field in form:
            if field.errors:
                field.data = field.default() if callable(field.default) else field.default
                field.errors = []
        return form


def _clean(value):
    return clean(value) if isinstance(value, str) else "" if value is None else value


def _one_line(value):
    return one_line(value) if isinstance(value, str) else "" if value is None else value


class required:  # reads as a word in a list of validators
    """Something other than blanks must be there. `message` says what to write."""

    field_flags = {"required": True}

    def __init__(self, message):
        self.message = message

    def __call__(self, form, field):
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            field.errors[:] = []
            raise StopValidation(self.message)


def at_most(characters: int) -> Length:
    return Length(max=characters, message=_l("At most %(max)s characters, please shorten it.", max=characters))


def between(least: int, most: int) -> Length:
    return Length(
        min=least, max=most, message=_l("Between %(min)s and %(max)s characters, please.", min=least, max=most)
    )


class ChoiceField(RadioField):
    """Radio buttons whose refusal says what to do."""

    def pre_validate(self, form):
        if self.data not in {value for value, *_ in self.iter_choices()}:
            raise StopValidation(_l("Choose one of the options."))


class PickField(SelectField):
    """A select. Nothing is chosen until somebody chooses, save a default or where there is one option only.

    Left empty it is refused: in the words of `required`, if it has that. `empty` names what leaving it empty means, and allows it."""

    def __init__(self, *args, empty=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.empty = empty

    def iter_choices(self):
        offered = super().iter_choices()
        if len(offered) == 1 and not self.empty and not self.raw_data:
            return [offered[0]._replace(selected=True)]
        return [*self._nothing(offered), *offered]

    def iter_groups(self):
        yield None, self._nothing(super().iter_choices())
        yield from super().iter_groups()

    def pre_validate(self, form):
        if not self.data and (self.empty or self.flags.required):
            return
        if not self.data or not any(choice.selected for choice in super().iter_choices()):
            raise StopValidation(_l("Choose one of the options."))

    def _nothing(self, offered) -> list[Choice]:
        """The option of whoever has not chosen yet."""
        chosen = any(choice.selected for choice in offered)
        return [] if chosen and not self.empty else [Choice("", self.empty or _l("Please choose"), not chosen, {})]


class TicksField(SelectMultipleField):
    """Tick rows; what is not on offer is left out."""

    def pre_validate(self, form):
        on_offer = {str(value) for value, *_ in self.iter_choices()}
        self.data = [value for value in self.data or [] if value in on_offer]


class NumberField(IntegerField):
    """A whole number; left empty it is None."""

    def process_formdata(self, valuelist):
        _read(self, super().process_formdata, valuelist, 9, _l("Enter a whole number."))


YEARS = range(2000, 2200)  # what is no slip of the finger, and far from the ends of a calendar


class DayField(DateField):
    """A day; left empty it is None. `beginning` is its first second in Beijing, `moment` its last."""

    def process_formdata(self, valuelist):
        _read(self, super().process_formdata, valuelist, 10, _l("Enter a day like 2026-05-21."))

    @property
    def beginning(self) -> datetime | None:
        return self._at(time(0))

    @property
    def moment(self) -> datetime | None:
        return self._at(time(23, 59, 59))

    def _at(self, hour: time) -> datetime | None:
        return datetime.combine(self.data, hour, BEIJING).astimezone(UTC) if self.data else None


class MomentField(DateTimeLocalField):
    """Day and time in Beijing; left empty it is None. `moment` knows its time zone."""

    def process_formdata(self, valuelist):
        _read(self, super().process_formdata, valuelist, 19, _l("Enter a day and a time."))

    @property
    def moment(self) -> datetime | None:
        return self.data.replace(tzinfo=BEIJING).astimezone(UTC) if self.data else None


def _read(field, process, typed: list[str], longest: int, say) -> None:
    """Let the field read what was typed; what it cannot use is answered with what to do."""
    typed = [text for text in typed if text.strip()]
    field.data = None  # whatever the form began with
    try:
        process(typed)
        if any(len(text.strip()) > longest for text in typed) or getattr(field.data, "year", 2000) not in YEARS:
            raise ValueError
    except ValueError:
        field.data = None
        raise ValueError(say) from None


class PhotosField(MultipleFileField):
    """Uploaded photos. `uploads()` gives their bytes; what is too large is refused before it is read whole."""

    def uploads(self) -> list[bytes]:
        files = [f for f in (self.data or []) if isinstance(f, FileStorage) and f.filename]
        return [f.stream.read(MAX_BYTES + 1) for f in files]


__all__ = [
    "ChoiceField",
    "DayField",
    "Form",
    "MomentField",
    "NumberField",
    "PhotosField",
    "PickField",
    "Query",
    "TicksField",
    "at_most",
    "between",
    "required",
]
