package io.tunemesh.inference.job;

import io.tunemesh.contract.BlobRef;

/**
 * A file that a job has written.
 *
 * @param name the same each time that the job writes it
 */
record Made(String name, String filename, BlobRef blob) {}
