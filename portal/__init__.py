"""共治门户: a portal on which the people of a neighbourhood govern it together."""

__version__ = "0.1.0"
__all__ = ["create_app"]


def __getattr__(name):
    """`create_app` is loaded when it is asked for: a command that only watches other processes stays small."""
    if name == "create_app":
        from portal.app import create_app

        return create_app
    raise AttributeError(name)
