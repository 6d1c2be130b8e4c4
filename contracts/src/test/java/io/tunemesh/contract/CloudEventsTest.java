package io.tunemesh.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.training.TrainingCancelled;
import io.tunemesh.contract.training.TrainingPaused;
import io.tunemesh.contract.upload.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventsTest {

  private final Map<String, String> headers =
      new HashMap<>(
          Map.of(
              "ce_specversion", "1.0",
              "ce_id", "1",
              "ce_source", "/trainer-service",
              "ce_type", "io.tunemesh.training.paused.v1",
              "ce_tenant", "school"));

  @Test
  void readsAnEventWithOnlyTheRequiredHeaders() {
    Instant before = Instant.now();
    Envelope<?> read = read("{\"job_id\": \"ftjob-1\", \"step\": 40}");

    assertThat(read.data()).isEqualTo(new TrainingPaused("ftjob-1", 40));
    assertThat(read.type()).isEqualTo(EventType.TRAINING_PAUSED);
    assertThat(read.run()).isNull();
    assertThat(read.traceparent()).isNull();
    assertThat(read.time()).isBetween(before, Instant.now());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce_id", "ce_source", "ce_tenant", "ce_run", "ce_traceparent"})
  void refusesAnAttributeThatNoTableCouldHold(String name) {
    for (String text : List.of("a\u0000b", "a\nb", "x".repeat(257))) {
      headers.put(name, text);

      assertThatThrownBy(() -> read("{\"job_id\": \"ftjob-1\", \"step\": 40}"))
          .isInstanceOf(MalformedEvent.class)
          .hasMessageContaining(name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme corp", "研发部", "a/b", "..", ".a", "-"})
  void refusesATenantWhoseNameIsNoPartOfAKey(String tenant) {
    headers.put("ce_tenant", tenant);
    assertMalformed("{\"job_id\": \"ftjob-1\", \"step\": 40}", "ce_tenant is '" + tenant + "'");

    headers.put("ce_tenant", "x".repeat(65));
    assertMalformed("{\"job_id\": \"ftjob-1\", \"step\": 40}", "ce_tenant is 'xxx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "Acme-2.eu_west", "3M"})
  void takesATenantWhoseNameIsPlain(String tenant) {
    headers.put("ce_tenant", tenant);

    assertThat(read("{\"job_id\": \"ftjob-1\", \"step\": 40}").tenant()).isEqualTo(tenant);
  }

  @Test
  void anAbsentAttributeHasNoHeader() {
    var envelope =
        new Envelope<>(
            "1",
            "/trainer-service",
            Instant.parse("2026-03-02T08:30:00Z"),
            "school",
            null,
            null,
            new TrainingCancelled("ftjob-1"));

    assertThat(CloudEvents.headers(envelope))
        .containsOnlyKeys(
            "ce_specversion",
            "ce_id",
            "ce_source",
            "ce_type",
            "ce_subject",
            "ce_time",
            "ce_dataschema",
            "ce_tenant",
            "content-type")
        .containsEntry("ce_subject", "ftjob-1")
        .containsEntry("ce_time", "2026-03-02T08:30:00Z");
    assertThat(new String(CloudEvents.value(envelope), StandardCharsets.UTF_8))
        .isEqualTo("{\"job_id\":\"ftjob-1\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce_id", "ce_source", "ce_type", "ce_tenant"})
  void refusesARecordWithoutARequiredHeader(String name) {
    headers.remove(name);
    assertMalformed(
        "{\"job_id\": \"ftjob-1\", \"step\": 40}", "the header " + name + " is missing");

    headers.put(name, " ");
    assertMalformed(
        "{\"job_id\": \"ftjob-1\", \"step\": 40}", "the header " + name + " is missing");
  }

  @Test
  void refusesAnUnknownType() {
    headers.put("ce_type", "io.tunemesh.training.paused.v9");

    assertMalformed("{}", "unknown event type 'io.tunemesh.training.paused.v9'");
  }

  @Test
  void refusesATimeThatIsNone() {
    headers.put("ce_time", "yesterday");

    assertMalformed(
        "{\"job_id\": \"ftjob-1\", \"step\": 40}", "ce_time is no RFC 3339 time: yesterday");
  }

  @Test
  void refusesARecordWithoutAValue() {
    assertThatThrownBy(() -> CloudEvents.read(headers::get, null))
        .isInstanceOf(MalformedEvent.class)
        .hasMessage("an event without data: io.tunemesh.training.paused.v1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                     | the data is no TrainingPaused
          PK                                     | the data is no TrainingPaused
          {"job_id": "ftjob-1",                  | the data is no TrainingPaused
          []                                     | the data is no TrainingPaused
          {"job_id": "ftjob-1", "step": "forty"} | the data is no TrainingPaused
          {"job_id": {}, "step": 40}             | the data is no TrainingPaused
          {"job_id": "ftjob-1", "step": 1e40}    | the data is no TrainingPaused
          null                                   | the data of io.tunemesh.training.paused.v1 names no aggregate
          {"step": 40}                           | the data of io.tunemesh.training.paused.v1 names no aggregate
          {"job_id": " ", "step": 40}            | the data of io.tunemesh.training.paused.v1 names no aggregate
          """)
  void refusesDataThatIsNoSuchEvent(String value, String message) {
    assertMalformed(value, message);
  }

  @Test
  void refusesBytesThatAreNoText() {
    assertThatThrownBy(
            () -> CloudEvents.read(headers::get, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1}))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageStartingWith("the data is no TrainingPaused");
  }

  @Test
  void anEnvelopeNeedsATenant() {
    assertThatThrownBy(
            () ->
                new Envelope<>(
                    "1", "/x", Instant.EPOCH, null, null, null, new TrainingCancelled("ftjob-1")))
        .hasMessage("tenant");
  }

  @Test
  void onlyEventsOfTheContractHaveAType() {
    assertThatThrownBy(() -> EventType.of(SourceRecord.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no event of the contract");
  }

  private void assertMalformed(String value, String message) {
    assertThatThrownBy(() -> read(value))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageStartingWith(message);
  }

  private Envelope<?> read(String value) {
    return CloudEvents.read(headers::get, value.getBytes(StandardCharsets.UTF_8));
  }
}
