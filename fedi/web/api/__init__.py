"""Mastodon's client API: one file per resource, each exposing `blueprint`; shapes are made in `entities/`."""
