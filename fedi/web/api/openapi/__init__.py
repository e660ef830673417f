"""The client API in OpenAPI's words: one file per resource, with its entities and what its addresses take."""
