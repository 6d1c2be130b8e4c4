package io.tunemesh.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopicTest {

  private static final String WHAT_KAFKA_ALLOWS = "[a-zA-Z0-9._-]{1,249}";

  @Test
  void namesAreUnique() {
    assertThat(Topic.values()).extracting(Topic::topicName).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void hasADeadLetterTopicForEachService(Topic topic) {
    String deadLetters = topic.deadLetterOf("inference-service");

    assertThat(deadLetters)
        .isEqualTo(topic.topicName() + ".inference-service.dlq")
        .matches(WHAT_KAFKA_ALLOWS)
        .isNotEqualTo(topic.deadLetterOf("trainer-service"));
  }

  @Test
  void onlyAdaptersAndAliasesAreKeptForEver() {
    assertThat(Topic.values())
        .filteredOn(Topic::compacted)
        .containsExactly(Topic.ADAPTERS, Topic.ALIASES);
  }
}
