package io.tunemesh.trainer.job;

import java.time.Duration;

/**
 * A place of a worker that asks for a job.
 *
 * @param seat names the place among those of all replicas
 * @param base the base model that is loaded there; null for none
 * @param returns it asks again within this time, unless it gets a job
 */
public record Seated(String seat, String base, Duration returns) {}
