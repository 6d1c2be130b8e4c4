package io.tunemesh.inference.usage;

import java.time.Instant;

/** Whose use of what is summed up. */
record Row(String tenant, String key, String model, Instant minute) {}
