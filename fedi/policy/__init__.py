"""What artists permit and how it is said; which servers we talk to. Pure: no database, no network."""
