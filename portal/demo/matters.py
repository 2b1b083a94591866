"""A proposal and a case on their way, with the words of the stories."""

from collections.abc import Iterator
from datetime import timedelta

from portal.ballots import service as ballots
from portal.ballots.models import Choice
from portal.cases import service as cases
from portal.clock import utcnow
from portal.conversations import service as conversations
from portal.db import Session
from portal.demo.cast import Cast
from portal.demo.pictures import lane
from portal.proposals import service
from portal.proposals.models import Proposal

Story = Iterator[float]


class Matter:
    """A proposal on its way, with the words of the stories."""

    def __init__(self, cast: Cast, space: str, place: str, author, title, body, plan="", *, theme, where="", photos=()):
        self.cast, self.space, self.place, self.author, self.title = cast, cast.spaces[space], place, author, title
        self.fields = {"space_id": self.space.id, "place_code": place, "theme": theme, "category_id": None, "where": where,
                       "title": title, "body": body, "plan": plan}  # fmt: skip
        self.pictures = photos
        self.id = 0

    @property
    def row(self) -> Proposal:
        return Session().get_one(Proposal, self.id, populate_existing=True)

    def draft(self):
        self.id = service.save_draft(self.author, **self.fields).id
        if self.pictures:
            service.add_photos(self.author, self.id, [lane(*things, seed=self.id) for things, _ in self.pictures],
                               [alt for _, alt in self.pictures])  # fmt: skip

    def submit(self):
        if not self.id:
            self.draft()
        service.submit(self.author, self.id)

    def move(self, who, action, **given):
        service.move(who, self.id, action, **given)

    def reviewed(self):
        self.move(self.cast.moderator, "pass_review")

    def second(self, *people):
        for person in people:
            if person.id != self.author.id and self.row.state == "gathering":
                service.second(person, self.id)

    def say(self, person, text, stance=None, parent=None):
        return conversations.comment(person, self.row.thread_id, text, parent_id=parent, stance=stance).id

    def vote(self, voters, yes, no, abstain=0):
        choices = [Choice.FOR] * yes + [Choice.AGAINST] * no + [Choice.ABSTAIN] * abstain
        for voter, choice in zip(voters, choices, strict=False):
            ballots.vote(voter, self.row.ballot_id, choice)

    def answer_with_case(self, category, days=10):
        return cases.accept_with_case(
            self.cast.moderator, self.id, answer="采纳。街道已立项，由责任单位办理，过程在案件里公开。",
            promised_at=utcnow() + timedelta(days=days), category_id=self.cast.categories[category].id,
        )  # fmt: skip


def handle(cast: Cast, case, *, until="closed", trade="CM", result="已办理完毕，现场已恢复。", after=()) -> Story:
    """A case on its way to a state, a few hours a step."""
    steps = [
        ("accepted", cast.acceptor, "accept", {}),
        ("filed", cast.dispatcher, "file", {}),
        ("dispatched", cast.dispatcher, "dispatch", {"lead_unit_id": cast.units[trade].id}),
        ("in_handling", cast.officer, "sign", {}),
        ("handled", cast.officer, "report_handled", {"result": result, "uploads": [lane(*after, seed=case.id)] if after else []}),
        ("inspecting", cast.inspector, "pass_inspection", {"note": "到现场看过，与反馈一致。"}),
        ("closed", cast.dispatcher, "close", {"summary": "核查一致，结案。"}),
    ]  # fmt: skip
    for state, who, action, given in steps:
        cases.move(who, case.id, action, **given)
        yield
        if state == until:
            return
