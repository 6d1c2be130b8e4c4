package io.tunemesh.inference.job;

/**
 * What is wrong with a job's input.
 *
 * @param param the field it is about; may be null
 * @param line counts from 1; null where it is about the whole
 */
public record JobProblem(String code, String message, String param, Long line) {}
