"""Forms for speaking up and for changing what one said."""

from wtforms import HiddenField, TextAreaField

from portal.conversations.models import Stance
from portal.conversations.service import MOST
from portal.text.lazy import _l
from portal.web.forms import ChoiceField, Form, at_most, required

STANCES = [("", _l("Just a comment")), (Stance.FOR.value, _l("A reason for it")), (Stance.WORRY.value, _l("A worry"))]


class CommentForm(Form):
    """`CommentForm(formdata=None)` is the empty one that pages hand to the `thread` macro."""

    body = TextAreaField(_l("Say what you think"), validators=[required(_l("Write something first.")), at_most(MOST)])
    stance = ChoiceField(_l("What kind of comment is it?"), choices=STANCES, default="")
    parent_id = HiddenField(_l("Answer to"))
    next = HiddenField(_l("Back to"))

    def validate(self, extra_validators=None):
        if self.stance.data is None:  # a page without the choice
            self.stance.data = ""
        return super().validate(extra_validators)

    @property
    def parent(self) -> int | None:
        """The number of the comment that is answered; what is no number is the number of none."""
        typed = self.parent_id.data or ""
        if not typed:
            return None
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


class EditForm(Form):
    body = TextAreaField(_l("Your words"), validators=[required(_l("Write something first.")), at_most(MOST)])
    next = HiddenField(_l("Back to"))
