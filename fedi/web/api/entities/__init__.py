"""Mastodon's entities: models to JSON, a page of them in a fixed number of queries."""
