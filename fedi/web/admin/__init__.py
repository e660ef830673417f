"""Pages for moderators and admins; for anyone else they do not exist."""
