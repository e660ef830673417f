"""Pages for people: one module per family, each with a `blueprint` that the app finds by itself."""
