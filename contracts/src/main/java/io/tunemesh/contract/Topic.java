package io.tunemesh.contract;

/**
 * The topics of the mesh. One a kind of aggregate, so that the facts of one aggregate stay in
 * order; one for each service's requests; one for work that the replicas of a service share.
 */
public enum Topic {
  UPLOADS("tunemesh.uploads", false),
  DATASETS("tunemesh.datasets", false),
  TRAINING("tunemesh.training", false),
  TRAINING_PROGRESS("tunemesh.training-progress", false),
  ADAPTERS("tunemesh.adapters", true),
  COMPLETIONS("tunemesh.completions", false),
  ALIASES("tunemesh.aliases", true),
  USAGE("tunemesh.usage", false),
  BATCHES("tunemesh.batches", false),
  PREDICTIONS("tunemesh.predictions", false),
  FEEDBACK("tunemesh.feedback", false),
  UPLOAD_REQUESTS("tunemesh.upload-requests", false),
  DATASET_REQUESTS("tunemesh.dataset-requests", false),
  ALIAS_REQUESTS("tunemesh.alias-requests", false),
  DATASET_CHUNKS("tunemesh.dataset-chunks", false),
  TRAINING_REQUESTS("tunemesh.training-requests", false),
  INFERENCE_REQUESTS("tunemesh.inference-requests", false);

  private final String topicName;
  private final boolean compacted;

  Topic(String topicName, boolean compacted) {
    this.topicName = topicName;
    this.compacted = compacted;
  }

  /** The name in Kafka. */
  public String topicName() {
    return topicName;
  }

  /** Whether Kafka keeps the last event of each key for ever, instead of all events for a time. */
  public boolean compacted() {
    return compacted;
  }

  /** The topic where {@code service} puts the records of this topic that it could not handle. */
  public String deadLetterOf(String service) {
    return topicName + "." + service + ".dlq";
  }
}
