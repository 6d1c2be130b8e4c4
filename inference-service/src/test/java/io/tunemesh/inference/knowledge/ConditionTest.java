package io.tunemesh.inference.knowledge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.http.Refusal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {

  private static final String FILE = "{\"year\": 2024, \"kind\": \"law\", \"open\": true}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'eq', 'key': 'kind', 'value': 'law'}",
        "{'type': 'eq', 'key': 'year', 'value': 2024.0}",
        "{'type': 'ne', 'key': 'none', 'value': 1}",
        "{'type': 'gt', 'key': 'year', 'value': 2023}",
        "{'type': 'lte', 'key': 'year', 'value': 2024}",
        "{'type': 'in', 'key': 'kind', 'value': ['law', 'act']}",
        "{'type': 'nin', 'key': 'kind', 'value': ['act']}",
        "{'type': 'eq', 'key': 'open', 'value': true}",
        "{'type': 'and', 'filters': [{'type': 'gte', 'key': 'year', 'value': 2024},"
            + " {'type': 'lt', 'key': 'kind', 'value': 'm'}]}",
        "{'type': 'or', 'filters': [{'type': 'eq', 'key': 'year', 'value': 1},"
            + " {'type': 'eq', 'key': 'kind', 'value': 'law'}]}"
      })
  void holds(String filter) throws Exception {
    assertThat(Condition.of(Json.MAPPER.readTree(filter.replace('\'', '"'))).test(file())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'eq', 'key': 'kind', 'value': 'act'}",
        "{'type': 'eq', 'key': 'none', 'value': 1}",
        "{'type': 'gt', 'key': 'kind', 'value': 1}",
        "{'type': 'lt', 'key': 'year', 'value': 2024}",
        "{'type': 'nin', 'key': 'kind', 'value': ['law']}"
      })
  void doesNotHold(String filter) throws Exception {
    assertThat(Condition.of(Json.MAPPER.readTree(filter.replace('\'', '"'))).test(file()))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'like', 'key': 'kind', 'value': 'act'}",
        "{'type': 'eq', 'value': 'act'}",
        "{'type': 'eq', 'key': 'kind'}",
        "{'type': 'in', 'key': 'kind', 'value': 'law'}",
        "{'type': 'and', 'filters': []}",
        "'kind = law'"
      })
  void refusesWhatIsNoFilter(String filter) {
    assertThatThrownBy(() -> Condition.of(Json.MAPPER.readTree(filter.replace('\'', '"'))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("filters");
  }

  private static ObjectNode file() throws Exception {
    return (ObjectNode) Json.MAPPER.readTree(FILE);
  }
}
