package io.tunemesh.inference.turn;

/**
 * Who asks.
 *
 * @param name the name of the key or user
 */
public record Asker(String tenant, String name) {}
