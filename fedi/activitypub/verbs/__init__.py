"""One file per activity: what it does to us (`@receives`) and the document we send (`@publishes`)."""
