package io.tunemesh.inference.turn;

/**
 * Who asks.
 *
 * @param name the name of the key or user
 * @param traceparent of what the question follows from, as W3C writes it; may be null
 */
public record Asker(String tenant, String name, String traceparent) {}
