package io.tunemesh.inference.alias;

import io.tunemesh.platform.event.Scope;

/**
 * Who wants an alias changed, and from which version.
 *
 * @param version the version that it must have now, 0 for none; null for any
 * @param requestId of the event that asks; null if none does
 */
record Change(Scope scope, String by, Integer version, String requestId) {}
