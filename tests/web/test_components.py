import re
from datetime import UTC, datetime

import pytest

from portal import clock
from portal.web.components import from_to


def at(month, day, hour=2, year=2026):
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(("start", "end", "style", "chinese", "english"), [
    (at(3, 1), at(3, 8), "day", "3月1日 至 3月8日", "1 Mar to 8 Mar"),
    (at(3, 1), at(3, 1, 9), "day", "3月1日", "1 Mar"),
    (at(3, 1), at(3, 1, 9), "moment", "3月1日 10:00 至 17:00", "1 Mar, 10:00 to 17:00"),
    (at(3, 1, 15), at(3, 1, 17), "moment", "3月1日 23:00 至 3月2日 01:00", "1 Mar, 23:00 to 2 Mar, 01:00"),
    (at(11, 24, year=2025), at(1, 24), "day", "2025年11月24日 至 2026年1月24日", "24 Nov 2025 to 24 Jan 2026"),
    (at(11, 24), at(1, 24, year=2027), "day", "2026年11月24日 至 2027年1月24日", "24 Nov 2026 to 24 Jan 2027"),
    (at(3, 1), None, "day", "3月1日 至", "1 Mar to"),
])  # fmt: skip
def test_a_span_says_once_what_its_ends_share_and_the_year_of_both_or_of_none(app, start, end, style, chinese, english):
    for spoken, wanted in (("zh", chinese), ("en", english)):
        with clock.at(at(6, 1)), app.test_request_context(environ_base={"portal.language": spoken}):
            app.preprocess_request()
            assert re.sub("<[^>]+>", "", from_to(start, end, style)).strip() == wanted
