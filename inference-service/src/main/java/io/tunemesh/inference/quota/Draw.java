package io.tunemesh.inference.quota;

/**
 * What a draw from a shared bucket gave.
 *
 * @param granted 0 if the bucket did not hold what was needed
 * @param level what the bucket holds now; below 0 after a debt
 */
record Draw(double granted, double level) {}
