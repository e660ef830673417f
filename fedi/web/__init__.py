"""The web edge: Quart views that parse, call one service, and answer."""
