"""One clock: UTC, forward only, shared by all processes of a demo."""

from datetime import UTC, timedelta

import pytest

from portal import clock

pytestmark = pytest.mark.usefixtures("real_time")


@pytest.fixture
def demo(tmp_path):
    clock.use_demo_file(tmp_path / "demo-clock")
    yield tmp_path / "demo-clock"
    clock.use_demo_file(None)


def ahead() -> timedelta:
    return clock.utcnow() - clock.system_now()


def about(by: timedelta) -> bool:
    return abs(ahead() - by) < timedelta(seconds=5)


def test_now_is_aware_and_utc():
    assert clock.utcnow().tzinfo is UTC
    assert about(timedelta(0))


def test_tests_travel_and_come_back():
    with clock.travel(days=3):
        with clock.travel(hours=1):
            assert about(timedelta(days=3, hours=1))
        assert about(timedelta(days=3))
    assert about(timedelta(0))


def test_the_demo_clock_moves_forward_and_adds_up(demo):
    clock.move_demo_clock(timedelta(days=7))
    clock.move_demo_clock(timedelta(hours=2))
    assert about(timedelta(days=7, hours=2))


def test_another_process_sees_the_moved_clock(demo):
    assert about(timedelta(0))
    demo.write_text("86400")
    assert about(timedelta(days=1))


def test_the_clock_never_moves_backward(demo):
    with pytest.raises(ValueError):
        clock.move_demo_clock(timedelta(seconds=-1))


def test_without_demo_mode_it_does_not_move_at_all():
    with pytest.raises(ValueError):
        clock.move_demo_clock(timedelta(days=1))


def test_today_is_the_day_in_beijing():
    assert clock.today() == clock.utcnow().astimezone(clock.BEIJING).date()
