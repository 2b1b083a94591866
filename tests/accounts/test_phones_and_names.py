"""Phone numbers, user names, display names and passwords: what can be one."""

import pytest

from portal.accounts import naming, passwords, phones
from portal.errors import Invalid

SAME = ["13812345678", "138 1234 5678", "+86 138-1234-5678", "008613812345678", "8613812345678", "１３８１２３４５６７８",
        "(+86)13812345678"]  # fmt: skip


@pytest.mark.parametrize("typed", SAME)
def test_one_number_typed_in_many_ways_is_kept_in_one(typed):
    assert phones.normal(typed) == "+8613812345678"


@pytest.mark.parametrize(
    "typed", ["", "12345", "1381234567", "138123456789", "02812345678", "abc", "+1 212 555 0100", "١٣٨١٢٣٤٥٦٧٨x"]
)
def test_what_is_no_mobile_number_is_refused(typed):
    with pytest.raises(Invalid):
        phones.normal(typed)


@pytest.mark.parametrize("typed", ["", "ab", "1abc", "a b c", "槐树下", "x" * 31, "a\x00bc!", "../etc"])
def test_what_cannot_be_a_user_name_is_refused(typed):
    with pytest.raises(Invalid):
        naming.username(typed)


def test_a_user_name_has_one_case_and_width():
    assert naming.username(" Ｈuai.Shu-1 ") == "huai.shu-1"


UNFIT = [
    "a",
    "！！",
    "x" * 21,
    "社区管理员小王",
    "管 理 员",
    "Ａdmin",
    "街道办-李",
    "13812345678",
    "看 http://x.cn",
    "<b>槐</b>",
]


@pytest.mark.parametrize("name", UNFIT)
def test_a_display_name_neither_sounds_official_nor_gives_away_a_phone(name):
    with pytest.raises(Invalid):
        naming.display_name(name)


def test_a_good_display_name_is_kept_as_typed():
    assert naming.display_name(" 槐树下 ") == "槐树下"
    assert naming.display_name("社区工作人员小王", may_sound_official=True)


@pytest.mark.parametrize(
    "password", ["", "short", "x" * 129, "12345678", "PassWord", "aaaaaaaa", "abababab", "huaishu99"]
)
def test_a_guessable_password_is_refused(password):
    with pytest.raises(passwords.Unfit):
        passwords.require_good(password, not_like="HuaiShu99")


def test_a_password_is_checked_and_one_without_account_never_fits():
    kept = passwords.make("槐树下乘凉 2026")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.check(kept, "槐树下乘凉 2026")
    assert not passwords.check(kept, "槐树下乘凉2026")
    assert not passwords.check("", "nobody has this password")
    assert not passwords.check("broken", "\ud800")


def test_the_demo_password_is_allowed():
    passwords.require_good("gongzhi-demo", not_like="resident")
