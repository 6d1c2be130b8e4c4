package io.tunemesh.inference.request;

import io.tunemesh.contract.Envelope;

/**
 * Something other than an answer is asked for by event. Whoever knows it observes this and notes it
 * in the transaction that is open; each event comes once.
 */
public record OtherRequest(Envelope<?> event) {}
