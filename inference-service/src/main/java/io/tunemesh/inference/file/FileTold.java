package io.tunemesh.inference.file;

/** Something new is known of a file. */
public record FileTold(String fileId) {}
