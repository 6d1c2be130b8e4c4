package io.tunemesh.trainer.job;

/**
 * The right to work on a job, until its lease runs out.
 *
 * @param fence the attempt's number; grows with every claim of the job
 * @param owner the process that holds the lease
 */
public record Claim(String jobId, long fence, String owner) {}
