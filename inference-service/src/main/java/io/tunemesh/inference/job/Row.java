package io.tunemesh.inference.job;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A row of a job's input.
 *
 * @param index counts from 0 over the whole input
 * @param at where its line begins in the input, in bytes
 */
public record Row(long index, long at, JsonNode data) {}
