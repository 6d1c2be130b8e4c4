package io.tunemesh.inference.job;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A row of a job's input.
 *
 * @param index counts from 0 over the whole input
 */
public record Row(long index, JsonNode data) {}
