"""ActivityPub: the pure protocol, documents in and out, one file per activity, and the doors."""
