package io.tunemesh.trainer.job;

/** Fired inside the process when a job may be claimed, so that an idle worker looks at once. */
public record JobQueued(String jobId) {}
