"""Whatever is wrong with a line or a file is said in a sentence; what is right is imported, and nothing by halves."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal import db
from portal.conversations.models import Comment, Thread
from portal.imports import barcelona, cli, lines, service
from portal.places.models import Place, PlaceLevel
from portal.proposals.models import Proposal
from tests.imports.lines import WITHOUT, comment, line, written

FIELDS = ("title", "summary", "subcategory", "district", "status", "created_at", "author_id", "comments")
OF_COMMENTS = ("ancestry", "author_id", "alignment", "body_html", "created_at", "hidden")


def talk(*comments):
    return line(9, comments=list(comments))


BROKEN = [
    ("{broken", "not JSON"),
    ("[]", "not an object"),
    ('"text"', "not an object"),
    ("null", "not an object"),
    ("[" * 100_000, "not JSON"),
    ('{"id": ' + "9" * 5000 + "}", "not JSON"),
    (b'{"id": "\xff\xfe"}', "not UTF-8"),
    (b"\x00" * 10, "not JSON"),
    (b"x" * (lines.MOST_BYTES + 2), "longer than 8,388,608 bytes"),
    (line("nine"), "id is missing or not a number"),
    (line(True), "id is missing or not a number"),
    (line(9.0), "id is missing or not a number"),
    (line(-9), "id is missing or not a number"),
    (line(2**31), "id is missing or not a number"),
    (line(WITHOUT), "id is missing or not a number"),
    *((line(9, **{name: WITHOUT}), f"{name} is missing") for name in FIELDS),
    *((line(9, **{name: [1]}), f"{name} is not text") for name in FIELDS[:-2]),
    (line(9, title="  "), "no title"),
    (line(9, title="x" * 251), "title is longer than 250 characters"),
    (line(9, title="a\x00b"), "title holds a NUL character or half a character"),
    (line(9, title="a\ud800b"), "title holds a NUL character or half a character"),
    (line(9, summary="x" * 20_001), "summary is longer than 20,000 characters"),
    (line(9, summary="\udfff"), "summary holds a NUL character"),
    (line(9, district="x" * 51), "district is longer than 50 characters"),
    (line(9, district="\x00"), "district holds a NUL character"),
    (line(9, status="open"), "status is 'open', not accepted or rejected"),
    (line(9, total_votes=-1), "total_votes is missing or not a number from 0 to 2147483647"),
    (line(9, total_votes=2**31), "total_votes is missing or not a number"),
    (line(9, total_votes=1e308), "total_votes is missing or not a number"),
    (line(9, total_votes=float("nan")), "total_votes is missing or not a number"),
    (line(9, author_id="anna"), "author_id is missing or not a number"),
    (line(9, author_id=10**30), "author_id is missing or not a number"),
    (line(9, created_at="yesterday"), "created_at is 'yesterday', not a day like 22/01/2016"),
    (line(9, created_at="31/02/2016"), "created_at is '31/02/2016', not a day"),
    (line(9, created_at="22/01/2016 25:00:00"), "created_at is '22/01/2016 25:00:00', not a day"),
    (line(9, created_at="01/01/0001"), "created_at is '01/01/0001', which is before 1970 or still to come"),
    (
        line(9, created_at="31/12/9999 23:59:59"),
        "created_at is '31/12/9999 23:59:59', which is before 1970 or still to come",
    ),
    (line(9, comments={}), "comments are not a list of objects"),
    (line(9, comments=[None]), "comments are not a list of objects"),
    (talk(comment(WITHOUT)), "id is missing or not a number"),
    (talk(comment(1), comment(1)), "comment 1 is there twice"),
    *((talk(comment(1, **{name: WITHOUT})), f"{name} is missing") for name in OF_COMMENTS),
    (talk(comment(1, ancestry=1)), "ancestry is not text"),
    (talk(comment(1, ancestry="x")), "comment 1: ancestry is 'x', not numbers like 12/34"),
    (talk(comment(1, ancestry="²")), "not numbers like 12/34"),
    (talk(comment(1), comment(2, ancestry="1/")), "not numbers like 12/34"),
    (talk(comment(1), comment(2, ancestry="9" * 5000)), "not numbers like 12/34"),
    (talk(comment(1, ancestry="99")), "comment 1: it answers 99, which is not in this line"),
    (talk(comment(1, ancestry="1")), "comment 1: its ancestry contradicts"),
    (talk(comment(1), comment(2, ancestry="1/2")), "comment 2: its ancestry contradicts"),
    (talk(comment(1), comment(2, ancestry="1"), comment(3, ancestry="2")), "comment 3: its ancestry contradicts"),
    (talk(comment(1, ancestry="2"), comment(2, ancestry="1")), "comment 1: its ancestry contradicts"),
    (talk(comment(1), comment(2, ancestry="1/3"), comment(3, ancestry="1/2")), "comment 2: its ancestry contradicts"),
    (talk(comment(1, body_html=None)), "comment 1: body_html is not text"),
    (talk(comment(1, body_html="x" * 20_001)), "body_html is longer than 20,000 characters"),
    (talk(comment(1, alignment=[1])), "alignment is not 1, 0, -1 or null"),
    (talk(comment(1, alignment=2)), "alignment is not 1, 0, -1 or null"),
    (talk(comment(1, alignment=True)), "alignment is not 1, 0, -1 or null"),
    (talk(comment(1, hidden="no")), "hidden is not true or false"),
    (talk(comment(1, likes=-1)), "comment 1: likes is missing or not a number"),
    (talk(comment(1, dislikes=2**31)), "comment 1: dislikes is missing or not a number"),
    (talk(comment(1, created_at="29/02/2015 10:00:00")), "comment 1: created_at is '29/02/2015 10:00:00', not a day"),
]


def stored(session):
    return [session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Proposal, Comment, Thread)]


def test_each_broken_line_is_named_and_left_out_whole_and_the_import_goes_on(session, tmp_path):
    good = [line(1, comments=[comment(100)]), line(2, comments=[comment(101), comment(102, ancestry="101/77")])]

    done = service.import_proposals(written(tmp_path, good[0], *(bad for bad, _ in BROKEN), good[1]))

    assert [bad.line for bad in done.bad] == list(range(2, 2 + len(BROKEN)))
    assert [(bad.line, bad.why) for bad, (_, why) in zip(done.bad, BROKEN, strict=True) if why not in bad.why] == []
    assert (done.taken, stored(session)) == (2, [2, 3, 2])


def test_what_an_earlier_line_brought_is_not_brought_again(session, tmp_path):
    path = written(tmp_path, line(1, comments=[comment(5)]), line(1), line(2, comments=[comment(5)]), line(3))
    bad = [(2, "the same proposal as line 1"), (3, "comment 5 belongs to another proposal")]

    assert service.import_proposals(path) == (2, 0, 1, 0, bad)
    assert service.import_proposals(path) == (0, 2, 0, 0, bad)
    assert stored(session) == [2, 1, 2]


def test_a_broken_line_does_not_stand_in_the_way_of_a_right_one(session, tmp_path):
    done = service.import_proposals(
        written(tmp_path, line(1, title="", comments=[comment(5)]), line(1, comments=[comment(5)]))
    )
    assert (done.taken, done.comments, [bad.line for bad in done.bad]) == (1, 1, [1])


def test_blank_lines_and_a_byte_order_mark_are_no_fault(session, tmp_path):
    done = service.import_proposals(
        written(tmp_path, b"\xef\xbb\xbf" + line(1).encode() + b"\r", "", "  ", line(2), "[]")
    )
    assert (done.taken, [bad.line for bad in done.bad]) == (2, [5])


def test_a_source_has_at_most_as_many_districts_as_there_are_codes(session, tmp_path):
    service.import_proposals(written(tmp_path, line(1)))
    session.add_all(
        Place(
            code=f"{barcelona.ROOT_CODE}{n:02}",
            parent_code=barcelona.ROOT_CODE,
            level=PlaceLevel.OUTSIDE,
            name=f"Barri {n}",
        )
        for n in range(2, 100)
    )
    session.commit()

    done = service.import_proposals(
        written(tmp_path, line(2), line(3, district="One more"), line(4, district="Barri 7"))
    )

    assert (done.taken, done.bad) == (2, [(2, "district is 'One more', one more than the 99 a source may have")])


def test_only_the_line_that_the_database_refuses_is_left_out(session, tmp_path):
    def file(session, refs):
        if "bcn2016:2" in refs:
            session.execute(
                sa.insert(Place),
                [
                    {
                        "code": barcelona.ROOT_CODE,
                        "level": "outside",
                        "name": "Barcelona",
                        "pinyin": "",
                        "initials": "",
                        "phone": "",
                    }
                ],
            )
        return 0

    done = service.import_proposals(
        written(tmp_path, line(1), line(2, author_id=6, comments=[comment(1)]), line(3, author_id=6), "[]"),
        file_cases=file,
    )

    assert (done.taken, [bad.line for bad in done.bad]) == (2, [2, 4])
    assert done.bad[0].why.startswith("the database refuses it (")
    assert stored(session) == [2, 0, 2]


def test_two_imports_at_once_bring_each_proposal_once(real_db, tmp_path):
    path = written(tmp_path, *(line(n, author_id=n, comments=[comment(n)]) for n in range(1, lines.BATCH + 2)))
    others = []

    def another():
        with db.scope():
            others.append(service.import_proposals(path))

    def meanwhile(_lines):
        if not others:
            with ThreadPoolExecutor(1) as one:
                one.submit(another).result()

    mine = service.import_proposals(path, progress=meanwhile)

    assert (mine.taken, mine.known, mine.bad) == (lines.BATCH, 1, [])
    assert (others[0].taken, others[0].known, others[0].bad) == (1, lines.BATCH, [])


ANYTHING = st.one_of(
    st.sampled_from([WITHOUT, None, True, -1, 0, 1, 2**31 - 1, 2**31, 2**63, 0.5, "", "1", "1/2", "2", "1/2/3", "\x00", "\ud800", "31/02/2016", "x" * 300, [], {}, [[]]]),
    st.text(max_size=20), st.integers(), st.floats(),
)  # fmt: skip
CHANGES = st.dictionaries(st.sampled_from(["id", *FIELDS, "total_votes"]), ANYTHING, max_size=2)
CHANGES_OF_COMMENT = st.dictionaries(st.sampled_from(["id", *OF_COMMENTS, "likes"]), ANYTHING, max_size=2)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CHANGES, st.lists(CHANGES_OF_COMMENT, max_size=3)), min_size=1, max_size=20))
@example([({}, [{}, {"ancestry": "100"}, {"ancestry": "100/101"}])])
def test_every_line_is_taken_known_or_named_whatever_it_says(session, tmp_path, changes):
    made = [
        line(n, **{"comments": [comment(k, **of_it) for k, of_it in enumerate(of_comments, 100 * n)]} | of_line)
        for n, (of_line, of_comments) in enumerate(changes, 1)
    ]

    done = service.import_proposals(written(tmp_path, *made))

    assert done.taken + done.known + len(done.bad) == len(made)
    assert [bad.why for bad in done.bad if "the database refuses it" in bad.why] == []


def damaged(kind, path):
    whole = gzip.compress("\n".join(line(n) for n in range(1, 50)).encode())
    content = {
        "cut off": whole[: len(whole) // 2],
        "garbled": whole[:10] + b"\xff" * 50,
        "wrong sum": whole[:-8] + b"\x00" * 8,
        "no gzip": b"{}",
    }
    if kind == "a folder":
        path.mkdir()
    elif kind in content:
        path.write_bytes(content[kind])


@pytest.mark.parametrize(
    ("kind", "code", "what"),
    [("cut off", 1, "The file cannot be read to its end: "), ("garbled", 1, "The file cannot be read to its end: "),
     ("wrong sum", 1, "The file cannot be read to its end: "), ("no gzip", 1, "The file cannot be read to its end: "),
     ("missing", 2, "does not exist"), ("a folder", 2, "is a directory")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_gets_a_sentence(tmp_path, monkeypatch, kind, code, what):
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PORTAL_DATABASE_URL", raising=False)
    damaged(kind, path := tmp_path / "file.gz")

    answer = CliRunner().invoke(cli.proposals, [str(path)])
    db.Session.remove()

    assert (answer.exit_code, type(answer.exception)) == (code, SystemExit)
    assert what in answer.output


def test_a_space_that_no_column_holds_gets_a_sentence(tmp_path):
    (tmp_path / "file").write_text(json.dumps({}))
    answer = CliRunner().invoke(cli.proposals, [str(tmp_path / "file"), "--space", "9" * 30])
    assert answer.exit_code == 2
    assert "is not in the range" in answer.output
