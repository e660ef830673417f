"""Objects as documents: `to_document(...)` of our rows and `from_document(...)` of what others send."""
