package io.tunemesh.contract.golden;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.EventType;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.adapter.AdapterRetired;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.contract.alias.AliasChanged;
import io.tunemesh.contract.alias.AliasRefused;
import io.tunemesh.contract.alias.AliasRequested;
import io.tunemesh.contract.alias.AliasShadow;
import io.tunemesh.contract.alias.AliasTarget;
import io.tunemesh.contract.batch.BatchCompleted;
import io.tunemesh.contract.batch.BatchFailed;
import io.tunemesh.contract.batch.BatchProgressed;
import io.tunemesh.contract.batch.BatchRequested;
import io.tunemesh.contract.completion.InferenceCompleted;
import io.tunemesh.contract.completion.InferenceFailed;
import io.tunemesh.contract.completion.InferenceRequested;
import io.tunemesh.contract.dataset.ChunkQueued;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetBuilt.Part;
import io.tunemesh.contract.dataset.DatasetDeleted;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.feedback.FeedbackAccepted;
import io.tunemesh.contract.feedback.FeedbackGiven;
import io.tunemesh.contract.feedback.FeedbackRefused;
import io.tunemesh.contract.flow.Flow;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Filter;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.plan.DatasetSpec.Split;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.contract.prediction.PredictionCompleted;
import io.tunemesh.contract.prediction.PredictionFailed;
import io.tunemesh.contract.prediction.PredictionProgressed;
import io.tunemesh.contract.prediction.PredictionRequested;
import io.tunemesh.contract.training.BestMetric;
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
import io.tunemesh.contract.upload.UploadParsed.Chunk;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.contract.upload.UploadRequested;
import io.tunemesh.contract.usage.UsageRecorded;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One realistic event of each type, as if from a run over two exam workbooks. */
final class Story {

  private static final String RUN = "run-7f3a";
  private static final String FILE = "file-4c1d";
  private static final String DATASET = "ds-exams";
  private static final String JOB = "ftjob-92be";
  private static final String ADAPTER = "adapter-92be";
  private static final String EXPORT = "ftexp-3b";
  private static final String BATCH = "batch_6b0c";
  private static final String PREDICTION = "pred_a94e";
  private static final String BASE = "tunemesh-starter";
  private static final String MODEL = "ft:tunemesh-starter:school:exams:92be";
  private static final TrainingSpec TRAINING =
      training(
          """
          {"model": "tunemesh-starter", "suffix": "exams", "priority": "high", "method": "lora", "stage": "sft",
           "lora_rank": 16, "lora_alpha": 32, "lora_dropout": 0.05, "lora_target": "all",
           "use_rslora": true, "loraplus_lr_ratio": 16.0, "optim": "adamw",
           "learning_rate": 2e-4, "num_train_epochs": 3.0, "per_device_train_batch_size": 4,
           "gradient_accumulation_steps": 2, "lr_scheduler_type": "cosine", "warmup_ratio": 0.1,
           "weight_decay": 0.01, "max_grad_norm": 1.0, "cutoff_len": 2048, "mask_history": false,
           "early_stopping_steps": 3, "eval_steps": 20, "save_steps": 20, "max_new_tokens": 512,
           "probes": 4, "seed": 42}
          """);
  private static final Plan PLAN =
      new Plan(
          new DatasetSpec(
              "exams",
              List.of(
                  new Source(
                      "语文.xlsx",
                      "exam",
                      Map.of("text", "阅读文本", "questions", "选项", "answers", "答案"),
                      "exam",
                      2,
                      60,
                      1.0,
                      Map.of(),
                      List.of(new Filter("年份", "at_least", "2015"))),
                  new Source("英语.xlsx", "exam", null, null, null, null, null)),
              new Split(0.1, 0.1, "2026")),
          TRAINING,
          new ServeSpec(true, null));

  private Story() {}

  /** The event of {@code type}, whole with its context. */
  static Envelope<Event> of(EventType type) {
    return new Envelope<>(
        "0b9f7c52-%04d-7a10-9c00-3f1e5d2a8b64".formatted(type.ordinal()),
        "/" + Flow.sender(type),
        Instant.parse("2026-03-02T08:30:00.125Z").plusSeconds(type.ordinal()),
        "school",
        RUN,
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        data(type));
  }

  private static Event data(EventType type) {
    return switch (type) {
      case UPLOAD_REQUESTED ->
          new UploadRequested(
              "req-1",
              "语文.xlsx",
              "fine-tune",
              blob("incoming/acme/yuwen.xlsx", 48213),
              "exam",
              PLAN);
      case UPLOAD_RECEIVED ->
          new UploadReceived(
              FILE, "语文.xlsx", "fine-tune", blob("uploads/file-4c1d/content", 48213), "exam", PLAN);
      case UPLOAD_PARSED ->
          new UploadParsed(
              FILE,
              "语文.xlsx",
              "workbook",
              blob("uploads/file-4c1d/records.jsonl", 190412),
              60,
              List.of(
                  new Sheet(
                      "Sheet1",
                      1,
                      List.of(
                          new Column("阅读文本", "A"), new Column("选项", "B"), new Column("答案", "C")),
                      60)),
              "exam",
              PLAN,
              List.of(
                  new Chunk(
                      0, 190412, blob("uploads/file-4c1d/records.jsonl", 190412).sha256(), 60)));
      case UPLOAD_REJECTED ->
          new UploadRejected(
              FILE,
              "语文.xlsx",
              "encrypted",
              "the workbook is protected by a password; save it without one and upload it again",
              Where.file("语文.xlsx"),
              "exam",
              PLAN);
      case UPLOAD_DELETED -> new UploadDeleted(FILE, "语文.xlsx");
      case DATASET_REQUESTED -> new DatasetRequested(DATASET, PLAN);
      case DATASET_DELETED -> new DatasetDeleted(DATASET, "exams");
      case CHUNK_QUEUED -> ChunkQueued.of(DATASET, 0, 3);
      case DATASET_BUILT ->
          new DatasetBuilt(
              DATASET,
              "exams",
              "sft",
              "exam",
              blob("datasets/ds-exams/manifest.json", 5120),
              new Part(blob("datasets/ds-exams/train.jsonl", 402117), 131),
              new Part(blob("datasets/ds-exams/validation.jsonl", 30218), 10),
              new Part(blob("datasets/ds-exams/test.jsonl", 31877), 11),
              105,
              101,
              4,
              PLAN);
      case DATASET_REJECTED ->
          new DatasetRejected(
              DATASET,
              "column_missing",
              "the recipe exam needs a column of answers; name it in columns.answers",
              new Where("英语.xlsx", "Sheet1", 1, "C", "dataset.sources[1].columns.answers"),
              PLAN);
      case TRAINING_REQUESTED ->
          new TrainingRequested("req-2", DATASET, TRAINING, new ServeSpec(true, null));
      case TRAINING_QUEUED -> new TrainingQueued(JOB, DATASET, BASE, TRAINING, "ftjob-8e11");
      case TRAINING_STARTED -> new TrainingStarted(JOB, 2, "trainer-0", 40);
      case TRAINING_PROGRESSED ->
          new TrainingProgressed(
              JOB,
              2,
              "training",
              44,
              96,
              1.8125,
              1.9375,
              1.5e-4,
              812.5,
              93.5,
              1610612736L,
              54212L,
              0.71,
              0.625,
              0.59375,
              new TreeMap<>(Map.of("loss", 1.9375, "rougeL", 0.375)));
      case TRAINING_PAUSED -> new TrainingPaused(JOB, 40);
      case TRAINING_SUCCEEDED ->
          new TrainingSucceeded(
              JOB,
              ADAPTER,
              MODEL,
              96,
              72L,
              new BestMetric("rougeL", 0.375, true),
              80L,
              118204,
              blob("jobs/ftjob-92be/attempts/2/loss.svg", 7340),
              Map.of(
                  "base", Map.of("bleu", 3.1, "rouge_l", 0.12, "well_formed", 0.0),
                  "tuned", Map.of("bleu", 21.4, "rouge_l", 0.38, "well_formed", 0.91)));
      case TRAINING_FAILED ->
          new TrainingFailed(
              JOB,
              "out_of_memory",
              "a batch of 4 did not fit; lower training.per_device_train_batch_size",
              Where.field("training.per_device_train_batch_size"));
      case TRAINING_CANCELLED -> new TrainingCancelled(JOB);
      case EXPORT_SUCCEEDED ->
          new ExportSucceeded(
              JOB,
              EXPORT,
              "gguf-q8_0",
              List.of(
                  new ExportSucceeded.ExportFile(
                      "model.gguf", blob("exports/ftexp-3b/attempts/1/model.gguf", 7684096))));
      case EXPORT_FAILED ->
          new ExportFailed(
              JOB,
              EXPORT,
              "gguf-q8_0",
              "not_mergeable",
              "virtual tokens cannot be merged into weights; train with lora to export");
      case EXPORT_CANCELLED -> new ExportCancelled(JOB, EXPORT, "gguf-q8_0");
      case ADAPTER_PUBLISHED ->
          new AdapterPublished(
              ADAPTER,
              JOB,
              MODEL,
              BASE,
              "lora",
              List.of(
                  file("README.md", 1804),
                  file("adapter_config.json", 912),
                  file("adapter_model.safetensors", 1310720)),
              blob("jobs/ftjob-92be/attempts/2/probes.json", 2210),
              new ServeSpec(true, "exam-writer"));
      case ADAPTER_SERVING -> new AdapterServing(ADAPTER, JOB, MODEL, BASE, 4);
      case ADAPTER_REFUSED ->
          new AdapterRefused(
              ADAPTER,
              JOB,
              MODEL,
              "answers_differ",
              "1 of 4 probe answers differs from training; check that the engine serves the same"
                  + " base model");
      case ADAPTER_RETIRED -> new AdapterRetired(ADAPTER, MODEL);
      case INFERENCE_REQUESTED ->
          new InferenceRequested(
              "req-3",
              object(
                  """
                  {"model": "%s", "max_tokens": 512, "temperature": 0,
                   "messages": [{"role": "user", "content": "请根据阅读文本出四道单项选择题。"}]}
                  """
                      .formatted(MODEL)),
              "2026-03-02T09:00:00Z");
      case INFERENCE_COMPLETED ->
          new InferenceCompleted(
              "req-3",
              object(
                  """
                  {"id": "chatcmpl-51", "object": "chat.completion", "created": 1772440222, "model": "%s",
                   "choices": [{"index": 0, "finish_reason": "stop",
                                "message": {"role": "assistant", "content": "1．下列理解正确的一项是"}}],
                   "usage": {"prompt_tokens": 21, "completion_tokens": 12, "total_tokens": 33}}
                  """
                      .formatted(MODEL)));
      case INFERENCE_FAILED ->
          new InferenceFailed(
              "req-3",
              404,
              "model_not_found",
              "no model " + MODEL + " is served; see GET /v1/models");
      case ALIAS_REQUESTED ->
          new AliasRequested(
              "req-4", "exam-writer", "promote", List.of(new AliasTarget(MODEL, 1)), 6);
      case ALIAS_CHANGED ->
          new AliasChanged(
              "alias-0d5e",
              "exam-writer",
              7,
              "promoted",
              List.of(new AliasTarget(MODEL, 1)),
              new AliasShadow("ft:tunemesh-starter:school:exams:a310", 0.05),
              "school-editor",
              "req-4");
      case ALIAS_REFUSED ->
          new AliasRefused(
              "req-5",
              "exam-writer",
              "model_not_serving",
              "the model " + MODEL + " does not serve: it is being loaded; try again in a moment");
      case USAGE_RECORDED ->
          new UsageRecorded(
              "usage-77b1", "2026-03-02T09:44:00Z", "school-editor", MODEL, 12L, 1L, 2310L, 940L);
      case BATCH_REQUESTED ->
          new BatchRequested(
              "req-4",
              object(
                  """
                  {"input_file_id": "file-88a1", "endpoint": "/v1/chat/completions",
                   "completion_window": "24h", "metadata": {"term": "spring"}}
                  """));
      case BATCH_PROGRESSED -> new BatchProgressed(BATCH, "req-4", 120, 60, 1);
      case BATCH_COMPLETED ->
          new BatchCompleted(BATCH, "req-4", "file-out1", "file-err1", 120, 118, 2);
      case BATCH_FAILED ->
          new BatchFailed(
              BATCH,
              "req-4",
              "expired",
              "the completion window of 24h ended before every row was asked; send the rest again",
              new Where("requests.jsonl", null, 97, null, "custom_id"),
              "file-out1",
              "file-err1",
              120,
              96,
              24);
      case PREDICTION_REQUESTED ->
          new PredictionRequested(
              "req-5",
              object(
                  """
                  {"file": "file-5e70", "model": "%s", "recipe": "paper_classification",
                   "labels": ["0", "1"], "output": {"columns": ["uuid", "Keywords"], "answer": "label"}}
                  """
                      .formatted(MODEL)));
      case PREDICTION_PROGRESSED -> new PredictionProgressed(PREDICTION, "req-5", 2000, 512, 3);
      case PREDICTION_COMPLETED ->
          new PredictionCompleted(PREDICTION, "req-5", "file-out2", "file-err2", 2000, 1997, 3);
      case PREDICTION_FAILED ->
          new PredictionFailed(
              PREDICTION,
              "req-5",
              "column_missing",
              "the template asks for {title} and the table has no such column; name it in columns",
              new Where("test.csv", null, 1, "title", "columns.title"),
              "file-out2",
              "file-err2",
              0,
              0,
              0);
      case FEEDBACK_GIVEN ->
          new FeedbackGiven(
              "req-6",
              object(
                  """
                  {"completion_id": "chatcmpl-51", "rating": "down",
                   "corrected": "1．下列对文章的理解正确的一项是", "comment": "题干不完整"}
                  """));
      case FEEDBACK_ACCEPTED ->
          new FeedbackAccepted("fb-31d0", "req-6", "chatcmpl-51", MODEL, "down", true);
      case FEEDBACK_REFUSED ->
          new FeedbackRefused(
              "fb-31d0",
              "req-6",
              "completion_unknown",
              "the completion 'chatcmpl-51' is not kept; send its messages and its answer along",
              "completion_id");
    };
  }

  private static AdapterFile file(String name, long bytes) {
    return new AdapterFile(name, blob("jobs/ftjob-92be/attempts/2/adapter/" + name, bytes));
  }

  private static BlobRef blob(String key, long bytes) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return new BlobRef(key, HexFormat.of().formatHex(digest), bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static ObjectNode object(String json) {
    try {
      return (ObjectNode) Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static TrainingSpec training(String json) {
    try {
      return Json.MAPPER.readValue(json, TrainingSpec.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
