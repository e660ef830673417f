"""The rules of the house: functions that take a session, never commit, and know no HTTP and no JSON."""
