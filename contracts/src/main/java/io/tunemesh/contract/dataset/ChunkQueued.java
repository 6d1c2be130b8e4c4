package io.tunemesh.contract.dataset;

import io.tunemesh.contract.Event;
import jakarta.validation.constraints.NotNull;

/**
 * Emitted when a part of a large source is to be read for a dataset. The replicas of
 * dataset-service share these among them; a part that none of them reads in time is read by the one
 * that builds the dataset.
 *
 * @param chunkId differs from chunk to chunk, so that they spread over the partitions
 * @param source its place among the sources of the dataset, from 0
 * @param chunk its place among the source's chunks, from 0
 */
public record ChunkQueued(@NotNull String chunkId, @NotNull String datasetId, int source, int chunk)
    implements Event {

  /** A chunk of a source of a dataset. */
  public static ChunkQueued of(String datasetId, int source, int chunk) {
    return new ChunkQueued(datasetId + "/" + source + "/" + chunk, datasetId, source, chunk);
  }

  @Override
  public String subject() {
    return chunkId;
  }
}
