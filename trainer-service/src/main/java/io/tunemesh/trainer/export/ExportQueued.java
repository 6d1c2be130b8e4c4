package io.tunemesh.trainer.export;

/** Fired inside the process when an export may be claimed, so that it is at once. */
record ExportQueued(String exportId) {}
