"""Pictures: reading what is untrusted, and the stages that protect it. Pure: no database, no network."""
