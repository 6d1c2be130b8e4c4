package io.tunemesh.inference.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.turn.Api;
import java.util.Optional;

/**
 * A text with what a head says of it.
 *
 * @param expected a label, a number, or the labels of the text's pieces, where null is any label
 * @param probability how likely the label was; null if that is not to be compared
 * @param tolerance by how much a number or a probability may be off
 */
record HeadProbe(String input, JsonNode expected, Double probability, double tolerance)
    implements Probe {

  @Override
  public String path() {
    return Api.CLASSIFY.path();
  }

  @Override
  public ObjectNode question() {
    return Json.MAPPER.createObjectNode().put("input", input);
  }

  @Override
  public boolean isWhole() {
    return input != null
        && expected != null
        && (expected.isTextual() || expected.isNumber() || expected.isArray());
  }

  @Override
  public Optional<String> difference(ObjectNode answer) {
    JsonNode said = answer.path("data").path(0);
    if (expected.isArray()) {
      return pieces(said.path("tokens"));
    }
    return expected.isNumber() ? number(said.path("probs").path(0)) : label(said);
  }

  private Optional<String> label(JsonNode said) {
    if (!expected.equals(said.path("label"))) {
      return differ(expected, said.path("label"));
    }
    double likely = 0;
    for (JsonNode each : said.path("probs")) {
      likely = Math.max(likely, each.asDouble());
    }
    return probability == null || Math.abs(likely - probability) <= tolerance
        ? Optional.empty()
        : Optional.of(
            "training gave %s the probability %s and the engine gives it %s"
                .formatted(expected, probability, likely));
  }

  private Optional<String> number(JsonNode said) {
    return said.isNumber() && Math.abs(said.asDouble() - expected.asDouble()) <= tolerance
        ? Optional.empty()
        : differ(expected, said);
  }

  private Optional<String> pieces(JsonNode said) {
    if (said.size() != expected.size()) {
      return Optional.of(
          "training saw %d pieces in the text and the engine sees %d"
              .formatted(expected.size(), said.size()));
    }
    for (int at = 0; at < said.size(); at++) {
      JsonNode label = said.get(at).path("label");
      if (!expected.get(at).isNull() && !expected.get(at).equals(label)) {
        return Optional.of(
            "at piece %d, %s, %s"
                .formatted(at + 1, said.get(at).path("text"), words(expected.get(at), label)));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> differ(JsonNode expected, JsonNode said) {
    return Optional.of(words(expected, said));
  }

  private static String words(JsonNode expected, JsonNode said) {
    return "training said %s and the engine says %s"
        .formatted(expected, said.isMissingNode() ? "nothing" : said);
  }
}
