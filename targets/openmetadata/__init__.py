"""A relying party that behaves on the wire as OpenMetadata (Collate) does, as public or as confidential client."""
