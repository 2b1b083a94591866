"""Pages of patrols."""

from portal.patrols.views import findings, walks
from portal.patrols.views.shared import bp

__all__ = ["bp", "findings", "walks"]
