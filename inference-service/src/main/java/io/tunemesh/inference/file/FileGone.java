package io.tunemesh.inference.file;

/** A file was deleted; told in the transaction that forgets it. */
public record FileGone(String tenant, String fileId) {}
