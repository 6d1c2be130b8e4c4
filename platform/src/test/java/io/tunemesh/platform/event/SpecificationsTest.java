package io.tunemesh.platform.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.training.TrainingRequested;
import io.tunemesh.contract.upload.UploadRequested;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class SpecificationsTest {

  private static ConsumerRecord<String, byte[]> record(String type, String data) {
    var record = new ConsumerRecord<>("t", 0, 0L, "k", data.getBytes(StandardCharsets.UTF_8));
    add(record, "ce_type", type);
    add(record, "ce_id", "1");
    add(record, "ce_source", "/test");
    add(record, "ce_tenant", "acme");
    return record;
  }

  private static void add(ConsumerRecord<String, byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static Event read(ConsumerRecord<String, byte[]> record) throws IOException {
    return CloudEvents.read(
            name -> Specifications.header(record, name), Specifications.value(record))
        .data();
  }

  @Test
  void aSpecificationWithMistakesIsTakenOutAndAllOfThemAreTold() throws IOException {
    var training =
        record(
            "io.tunemesh.training.requested.v1",
            """
            {"request_id": "r", "dataset_id": "ds-1", "serve": {"alias": "exams"},
             "training": {"lora_rnk": 4, "num_train_epochs": "many", "newer": null}}""");
    assertThat(Specifications.mistakes(training))
        .extracting(Mistake::field)
        .contains("training.lora_rnk", "training.num_train_epochs");
    var asked = (TrainingRequested) read(training);
    assertThat(asked.datasetId()).isEqualTo("ds-1");
    assertThat(asked.training()).isNull();
    assertThat(asked.serve().alias()).isEqualTo("exams");

    var dataset =
        record(
            "io.tunemesh.dataset.requested.v1",
            """
            {"dataset_id": "ds-1", "plan": {"dataset": {"sources": [{"file": "a", "repeat": "x"}]}}}""");
    assertThat(Specifications.mistakes(dataset))
        .extracting(Mistake::field)
        .containsExactly("plan.dataset.sources[0].repeat");
    assertThat(((DatasetRequested) read(dataset)).plan()).isNull();

    var upload =
        record(
            "io.tunemesh.upload.requested.v1",
            """
            {"request_id": "r", "filename": "a.csv", "plan": {"trainin": {}}, "more": 1}""");
    assertThat(Specifications.mistakes(upload))
        .extracting(Mistake::field)
        .containsExactly("plan.trainin");
    assertThat(((UploadRequested) read(upload)).filename()).isEqualTo("a.csv");
  }

  @Test
  void whatIsRightStaysAndHabitsAreUnderstood() throws IOException {
    var right =
        record(
            "io.tunemesh.training.requested.v1",
            """
            {"request_id": "r", "dataset_id": "ds-1", "newer_field": 1,
             "training": {"lora_rank": "auto", "packing": true, "seed": 7}}""");
    assertThat(Specifications.mistakes(right)).isEmpty();
    var asked = (TrainingRequested) read(right);
    assertThat(asked.training().seed()).isEqualTo(7);
    assertThat(asked.training().loraRank()).isNull();
    var fact = record("io.tunemesh.training.paused.v1", "{\"job_id\": \"j\", \"plan\": 5}");
    assertThat(Specifications.mistakes(fact)).as("no request").isEmpty();
  }

  @Test
  void aSpecificationThatCanBeReadInTwoWaysIsToldAndTakenOut() throws IOException {
    var twice =
        record(
            "io.tunemesh.training.requested.v1",
            """
            {"request_id": "r", "dataset_id": "ds-1",
             "training": {"lora_rnk": 4, "seed": 1, "seed": 2}}""");

    assertThat(Specifications.mistakes(twice))
        .extracting(Mistake::field)
        .containsExactly("training");
    assertThat(((TrainingRequested) read(twice)).training()).isNull();
    var lastNull =
        record(
            "io.tunemesh.training.requested.v1",
            """
            {"request_id": "r", "dataset_id": "ds-1",
             "training": {"lora_rank": 8}, "training": null}""");
    assertThat(Specifications.mistakes(lastNull))
        .extracting(Mistake::field)
        .containsExactly("training");
    var more =
        record(
            "io.tunemesh.training.requested.v1",
            """
            {"request_id": "r", "dataset_id": "ds-1", "training": {"seed": 1}} {}""");
    assertThat(Specifications.mistakes(more))
        .extracting(Mistake::field)
        .containsExactly("training");
    var without =
        record(
            "io.tunemesh.upload.requested.v1",
            """
            {"request_id": "r", "filename": "a.csv", "filename": "b.csv"}""");
    assertThat(Specifications.mistakes(without)).isEmpty();
    assertThat(((UploadRequested) read(without)).filename()).isEqualTo("b.csv");
  }
}
