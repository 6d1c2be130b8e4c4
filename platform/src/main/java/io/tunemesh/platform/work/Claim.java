package io.tunemesh.platform.work;

/**
 * The right to work on a row, until its lease runs out.
 *
 * @param fence the attempt's number; grows with every claim of the row
 * @param owner the process that holds the lease
 */
public record Claim(String id, long fence, String owner) {}
