package io.tunemesh.inference.knowledge;

/** OpenAI's vector store file batch object. */
record FileBatchView(
    String id,
    String object,
    long createdAt,
    String vectorStoreId,
    String status,
    Counts fileCounts) {

  /** In a transaction. */
  static FileBatchView of(FileBatch batch) {
    Counts counts = Counts.of(FileBatch.MEMBERS, batch.storeId(), batch.id()).outOf(batch.size());
    return new FileBatchView(
        batch.id(),
        "vector_store.files_batch",
        batch.createdAt().getEpochSecond(),
        batch.storeId(),
        status(batch, counts),
        counts);
  }

  private static String status(FileBatch batch, Counts counts) {
    if (batch.isCancelled()) {
      return "cancelled";
    }
    if (counts.inProgress() > 0) {
      return "in_progress";
    }
    return counts.failed() == counts.total() ? "failed" : "completed";
  }
}
