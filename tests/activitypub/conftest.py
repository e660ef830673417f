"""Other servers with people, and our server seen from outside."""

from tests.worlds import ann, eve, evil, servers, victim, world

__all__ = ["ann", "eve", "evil", "servers", "victim", "world"]
