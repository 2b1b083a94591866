"""Handlers describe things of every kind: all features must have said what their kinds are."""

import pytest

from portal import features


@pytest.fixture(autouse=True, scope="session")
def _handlers():
    features.load_handlers()
