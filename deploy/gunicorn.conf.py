"""For those who start gunicorn themselves: `gunicorn -c deploy/gunicorn.conf.py wsgi:app`.

`portal serve` listens the same way, and also loads templates and texts before the fork, so that its workers share them.
"""

from portal.config import Settings
from portal.operations import serving

globals().update(serving.options(Settings.from_environment()))
