package io.tunemesh.inference.job;

/**
 * What became of a row.
 *
 * @param ok whether {@code line} is for the output; else it is for the file of errors
 */
public record RowResult(long index, boolean ok, String line) {}
