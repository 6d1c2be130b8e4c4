package io.tunemesh.contract.flow;

import static io.tunemesh.contract.Topic.ADAPTERS;
import static io.tunemesh.contract.Topic.ALIASES;
import static io.tunemesh.contract.Topic.ALIAS_REQUESTS;
import static io.tunemesh.contract.Topic.BATCHES;
import static io.tunemesh.contract.Topic.COMPLETIONS;
import static io.tunemesh.contract.Topic.DATASETS;
import static io.tunemesh.contract.Topic.DATASET_CHUNKS;
import static io.tunemesh.contract.Topic.DATASET_REQUESTS;
import static io.tunemesh.contract.Topic.FEEDBACK;
import static io.tunemesh.contract.Topic.INFERENCE_REQUESTS;
import static io.tunemesh.contract.Topic.PREDICTIONS;
import static io.tunemesh.contract.Topic.TRAINING;
import static io.tunemesh.contract.Topic.TRAINING_PROGRESS;
import static io.tunemesh.contract.Topic.TRAINING_REQUESTS;
import static io.tunemesh.contract.Topic.UPLOADS;
import static io.tunemesh.contract.Topic.UPLOAD_REQUESTS;
import static io.tunemesh.contract.Topic.USAGE;

import io.tunemesh.contract.EventType;
import io.tunemesh.contract.Topic;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who sends each event, and who receives each topic. */
public final class Flow {

  public static final String CLIENT = "client";
  public static final String INGEST = "ingest-service";
  public static final String DATASET = "dataset-service";
  public static final String TRAINER = "trainer-service";
  public static final String INFERENCE = "inference-service";

  private static final Map<String, List<Topic>> RECEIVED = new LinkedHashMap<>();

  static {
    RECEIVED.put(INGEST, List.of(UPLOAD_REQUESTS));
    RECEIVED.put(DATASET, List.of(UPLOADS, DATASET_REQUESTS, DATASET_CHUNKS, COMPLETIONS));
    RECEIVED.put(TRAINER, List.of(DATASETS, TRAINING_REQUESTS, ADAPTERS));
    RECEIVED.put(INFERENCE, List.of(UPLOADS, ADAPTERS, INFERENCE_REQUESTS, ALIAS_REQUESTS));
    RECEIVED.put(
        CLIENT,
        List.of(
            UPLOADS,
            DATASETS,
            TRAINING,
            TRAINING_PROGRESS,
            ADAPTERS,
            COMPLETIONS,
            ALIASES,
            USAGE,
            BATCHES,
            PREDICTIONS,
            FEEDBACK));
  }

  private Flow() {}

  /**
   * The one that publishes events of {@code type}; no other does. A service that asks another for
   * something is its client.
   */
  public static String sender(EventType type) {
    return switch (type) {
      case UPLOAD_REQUESTED,
          DATASET_REQUESTED,
          TRAINING_REQUESTED,
          INFERENCE_REQUESTED,
          ALIAS_REQUESTED,
          BATCH_REQUESTED,
          PREDICTION_REQUESTED,
          FEEDBACK_GIVEN ->
          CLIENT;
      case UPLOAD_RECEIVED, UPLOAD_PARSED, UPLOAD_REJECTED, UPLOAD_DELETED -> INGEST;
      case DATASET_BUILT, DATASET_REJECTED, DATASET_DELETED, CHUNK_QUEUED -> DATASET;
      case TRAINING_QUEUED,
          TRAINING_STARTED,
          TRAINING_PROGRESSED,
          TRAINING_PAUSED,
          TRAINING_SUCCEEDED,
          TRAINING_FAILED,
          TRAINING_CANCELLED,
          EXPORT_SUCCEEDED,
          EXPORT_FAILED,
          EXPORT_CANCELLED,
          ADAPTER_PUBLISHED ->
          TRAINER;
      case ADAPTER_SERVING,
          ADAPTER_REFUSED,
          ADAPTER_RETIRED,
          INFERENCE_COMPLETED,
          INFERENCE_FAILED,
          ALIAS_CHANGED,
          ALIAS_REFUSED,
          USAGE_RECORDED,
          BATCH_PROGRESSED,
          BATCH_COMPLETED,
          BATCH_FAILED,
          PREDICTION_PROGRESSED,
          PREDICTION_COMPLETED,
          PREDICTION_FAILED,
          FEEDBACK_ACCEPTED,
          FEEDBACK_REFUSED ->
          INFERENCE;
    };
  }

  /** Everybody who sends or receives: the services in the order of the flow, then the client. */
  static List<String> parties() {
    return List.copyOf(RECEIVED.keySet());
  }

  /** The topics that {@code party} receives. */
  static List<Topic> received(String party) {
    return RECEIVED.get(party);
  }

  /** What {@code party} sends to {@code topic}. */
  static List<EventType> sent(String party, Topic topic) {
    return in(topic).stream().filter(type -> sender(type).equals(party)).toList();
  }

  /** All that travels in {@code topic}. */
  static List<EventType> in(Topic topic) {
    return Arrays.stream(EventType.values()).filter(type -> type.topic() == topic).toList();
  }
}
