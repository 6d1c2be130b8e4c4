package io.tunemesh.dataset.build;

/**
 * A worker's right to build a dataset, until it is not renewed in time.
 *
 * @param fence larger than that of every lease before; a build is committed under it or not at all
 */
record Lease(String datasetId, long fence, String owner) {}
