package io.tunemesh.inference.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;

/**
 * The names that an engine answers to.
 *
 * @param bases of base models, in the engine's order: it may have several for one, as by vLLM's
 *     {@code --served-model-name}
 */
public record EngineModels(SequencedSet<String> bases, Set<String> adapters) {

  /** A base model's card has a {@code parent} of null, or else the name that it should have. */
  static EngineModels of(JsonNode list, String base) {
    EngineModels models = new EngineModels(new LinkedHashSet<>(), new LinkedHashSet<>());
    for (JsonNode card : list.path("data")) {
      String name = card.path("id").asText();
      boolean isBase = name.equals(base) || card.path("parent").isNull();
      (isBase ? models.bases : models.adapters).add(name);
    }
    return models;
  }

  /** The name with which the engine signs answers of its base, whatever name was asked. */
  public String signature() {
    return bases.getFirst();
  }

  /** All of them, the bases first. */
  public List<String> all() {
    List<String> all = new ArrayList<>(bases);
    all.addAll(adapters);
    return all;
  }
}
