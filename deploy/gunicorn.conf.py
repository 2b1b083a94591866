"""For those who start gunicorn themselves: `gunicorn -c deploy/gunicorn.conf.py wsgi:app`. `portal serve` does the same."""

from portal.config import Settings
from portal.operations import serving

globals().update(serving.options(Settings.from_environment()))
