package io.tunemesh.contract;

import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.adapter.AdapterRetired;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.contract.alias.AliasChanged;
import io.tunemesh.contract.alias.AliasRefused;
import io.tunemesh.contract.alias.AliasRequested;
import io.tunemesh.contract.batch.BatchCompleted;
import io.tunemesh.contract.batch.BatchFailed;
import io.tunemesh.contract.batch.BatchProgressed;
import io.tunemesh.contract.batch.BatchRequested;
import io.tunemesh.contract.completion.InferenceCompleted;
import io.tunemesh.contract.completion.InferenceFailed;
import io.tunemesh.contract.completion.InferenceRequested;
import io.tunemesh.contract.dataset.ChunkQueued;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetDeleted;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.feedback.FeedbackAccepted;
import io.tunemesh.contract.feedback.FeedbackGiven;
import io.tunemesh.contract.feedback.FeedbackRefused;
import io.tunemesh.contract.prediction.PredictionCompleted;
import io.tunemesh.contract.prediction.PredictionFailed;
import io.tunemesh.contract.prediction.PredictionProgressed;
import io.tunemesh.contract.prediction.PredictionRequested;
import io.tunemesh.contract.training.ExportCancelled;
import io.tunemesh.contract.training.ExportFailed;
import io.tunemesh.contract.training.ExportSucceeded;
import io.tunemesh.contract.training.TrainingCancelled;
import io.tunemesh.contract.training.TrainingFailed;
import io.tunemesh.contract.training.TrainingPaused;
import io.tunemesh.contract.training.TrainingProgressed;
import io.tunemesh.contract.training.TrainingQueued;
import io.tunemesh.contract.training.TrainingRequested;
import io.tunemesh.contract.training.TrainingStarted;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.contract.upload.UploadDeleted;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.contract.upload.UploadRequested;
import io.tunemesh.contract.usage.UsageRecorded;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every event of the mesh: its CloudEvents type, its record and its topic. */
public enum EventType {
  UPLOAD_REQUESTED("upload.requested", UploadRequested.class, Topic.UPLOAD_REQUESTS),
  UPLOAD_RECEIVED("upload.received", UploadReceived.class, Topic.UPLOADS),
  UPLOAD_PARSED("upload.parsed", UploadParsed.class, Topic.UPLOADS),
  UPLOAD_REJECTED("upload.rejected", UploadRejected.class, Topic.UPLOADS),
  DATASET_REQUESTED("dataset.requested", DatasetRequested.class, Topic.DATASET_REQUESTS),
  DATASET_BUILT("dataset.built", DatasetBuilt.class, Topic.DATASETS),
  DATASET_REJECTED("dataset.rejected", DatasetRejected.class, Topic.DATASETS),
  TRAINING_REQUESTED("training.requested", TrainingRequested.class, Topic.TRAINING_REQUESTS),
  TRAINING_QUEUED("training.queued", TrainingQueued.class, Topic.TRAINING),
  TRAINING_STARTED("training.started", TrainingStarted.class, Topic.TRAINING),
  TRAINING_PROGRESSED("training.progressed", TrainingProgressed.class, Topic.TRAINING_PROGRESS),
  TRAINING_PAUSED("training.paused", TrainingPaused.class, Topic.TRAINING),
  TRAINING_SUCCEEDED("training.succeeded", TrainingSucceeded.class, Topic.TRAINING),
  TRAINING_FAILED("training.failed", TrainingFailed.class, Topic.TRAINING),
  TRAINING_CANCELLED("training.cancelled", TrainingCancelled.class, Topic.TRAINING),
  ADAPTER_PUBLISHED("adapter.published", AdapterPublished.class, Topic.ADAPTERS),
  ADAPTER_SERVING("adapter.serving", AdapterServing.class, Topic.ADAPTERS),
  ADAPTER_REFUSED("adapter.refused", AdapterRefused.class, Topic.ADAPTERS),
  ADAPTER_RETIRED("adapter.retired", AdapterRetired.class, Topic.ADAPTERS),
  INFERENCE_REQUESTED("inference.requested", InferenceRequested.class, Topic.INFERENCE_REQUESTS),
  INFERENCE_COMPLETED("inference.completed", InferenceCompleted.class, Topic.COMPLETIONS),
  INFERENCE_FAILED("inference.failed", InferenceFailed.class, Topic.COMPLETIONS),
  ALIAS_REQUESTED("alias.requested", AliasRequested.class, Topic.ALIAS_REQUESTS),
  ALIAS_CHANGED("alias.changed", AliasChanged.class, Topic.ALIASES),
  ALIAS_REFUSED("alias.refused", AliasRefused.class, Topic.ALIASES),
  USAGE_RECORDED("usage.recorded", UsageRecorded.class, Topic.USAGE),
  CHUNK_QUEUED("chunk.queued", ChunkQueued.class, Topic.DATASET_CHUNKS),
  EXPORT_SUCCEEDED("export.succeeded", ExportSucceeded.class, Topic.TRAINING),
  EXPORT_FAILED("export.failed", ExportFailed.class, Topic.TRAINING),
  EXPORT_CANCELLED("export.cancelled", ExportCancelled.class, Topic.TRAINING),
  BATCH_REQUESTED("batch.requested", BatchRequested.class, Topic.INFERENCE_REQUESTS),
  BATCH_PROGRESSED("batch.progressed", BatchProgressed.class, Topic.BATCHES),
  BATCH_COMPLETED("batch.completed", BatchCompleted.class, Topic.BATCHES),
  BATCH_FAILED("batch.failed", BatchFailed.class, Topic.BATCHES),
  PREDICTION_REQUESTED("prediction.requested", PredictionRequested.class, Topic.INFERENCE_REQUESTS),
  PREDICTION_PROGRESSED("prediction.progressed", PredictionProgressed.class, Topic.PREDICTIONS),
  PREDICTION_COMPLETED("prediction.completed", PredictionCompleted.class, Topic.PREDICTIONS),
  PREDICTION_FAILED("prediction.failed", PredictionFailed.class, Topic.PREDICTIONS),
  FEEDBACK_GIVEN("feedback.given", FeedbackGiven.class, Topic.INFERENCE_REQUESTS),
  FEEDBACK_ACCEPTED("feedback.accepted", FeedbackAccepted.class, Topic.FEEDBACK),
  FEEDBACK_REFUSED("feedback.refused", FeedbackRefused.class, Topic.FEEDBACK),
  UPLOAD_DELETED("upload.deleted", UploadDeleted.class, Topic.UPLOADS),
  DATASET_DELETED("dataset.deleted", DatasetDeleted.class, Topic.DATASETS);

  private static final Map<Class<?>, EventType> BY_CLASS =
      Arrays.stream(values()).collect(Collectors.toMap(EventType::payload, Function.identity()));
  private static final Map<String, EventType> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(EventType::typeName, Function.identity()));

  private final String typeName;
  private final Class<? extends Event> payload;
  private final Topic topic;

  EventType(String fact, Class<? extends Event> payload, Topic topic) {
    this.typeName = "io.tunemesh." + fact + ".v1";
    this.payload = payload;
    this.topic = topic;
  }

  /** The CloudEvents {@code type}, as {@code io.tunemesh.upload.parsed.v1}. */
  public String typeName() {
    return typeName;
  }

  /** The record that holds the data. */
  public Class<? extends Event> payload() {
    return payload;
  }

  /** The topic it travels in. */
  public Topic topic() {
    return topic;
  }

  /** The CloudEvents {@code dataschema}: the {@code $id} of the data's JSON Schema. */
  public String dataSchema() {
    return schemaOf(payload);
  }

  /**
   * The {@code $id} of the JSON Schema of a record of the contract, whose file is {@code
   * schemas/{Name}.json} in the contracts' jar.
   */
  public static String schemaOf(Class<?> type) {
    return "urn:tunemesh:schema:" + type.getSimpleName();
  }

  /** The type whose record is {@code payload}. */
  public static EventType of(Class<?> payload) {
    EventType type = BY_CLASS.get(payload);
    if (type == null) {
      throw new IllegalArgumentException(payload + " is no event of the contract");
    }
    return type;
  }

  /**
   * The type of that name.
   *
   * @throws MalformedEvent if the contract has none
   */
  public static EventType named(String typeName) {
    EventType type = BY_NAME.get(typeName);
    if (type == null) {
      throw new MalformedEvent("unknown event type '" + typeName + "'");
    }
    return type;
  }
}
