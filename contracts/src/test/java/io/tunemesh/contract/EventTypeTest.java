package io.tunemesh.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.adapter.AdapterEvent;
import io.tunemesh.contract.alias.AliasEvent;
import io.tunemesh.contract.batch.BatchEvent;
import io.tunemesh.contract.completion.CompletionEvent;
import io.tunemesh.contract.dataset.DatasetEvent;
import io.tunemesh.contract.feedback.FeedbackEvent;
import io.tunemesh.contract.prediction.PredictionEvent;
import io.tunemesh.contract.training.TrainingEvent;
import io.tunemesh.contract.upload.UploadEvent;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventTypeTest {

  @Test
  void namesSchemasAndRecordsAreUnique() {
    assertThat(EventType.values()).extracting(EventType::typeName).doesNotHaveDuplicates();
    assertThat(EventType.values()).extracting(EventType::dataSchema).doesNotHaveDuplicates();
    assertThat(EventType.values()).extracting(EventType::payload).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsNameAndItsRecord(EventType type) {
    assertThat(EventType.named(type.typeName())).isEqualTo(type);
    assertThat(EventType.of(type.payload())).isEqualTo(type);
    assertThat(type.typeName()).matches("io\\.tunemesh\\.[a-z]+\\.[a-z]+\\.v1");
  }

  @Test
  void everyFactOfAnAggregateHasAType() {
    assertThat(EventType.values())
        .extracting(EventType::payload)
        .contains(
            Stream.of(
                    UploadEvent.class,
                    DatasetEvent.class,
                    TrainingEvent.class,
                    AdapterEvent.class,
                    CompletionEvent.class,
                    AliasEvent.class,
                    BatchEvent.class,
                    PredictionEvent.class,
                    FeedbackEvent.class)
                .flatMap(facts -> Arrays.stream(facts.getPermittedSubclasses()))
                .toArray(Class[]::new));
  }

  @Test
  void everyTopicCarriesAnEvent() {
    assertThat(EventType.values()).extracting(EventType::topic).contains(Topic.values());
  }
}
