package io.tunemesh.platform.live;

/**
 * A server-sent event.
 *
 * @param id to go on after; null for what is true now only
 * @param data on one line
 */
public record LiveEvent(String id, String name, String data) {}
