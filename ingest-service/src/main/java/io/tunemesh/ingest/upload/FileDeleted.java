package io.tunemesh.ingest.upload;

/** OpenAI's answer to a deletion. */
public record FileDeleted(String id, String object, boolean deleted) {}
