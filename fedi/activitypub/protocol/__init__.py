"""The wire protocol without a wire: signatures, digests, keys, addressing, origins, WebFinger, collections. Pure."""
