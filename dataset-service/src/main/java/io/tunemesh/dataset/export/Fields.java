package io.tunemesh.dataset.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;

/** The fields that a recipe gave an example, by their names. */
final class Fields {

  private Fields() {}

  /** Missing where the recipe gave none. */
  static JsonNode of(ExampleLine example) {
    return example.structure() == null
        ? MissingNode.getInstance()
        : Json.MAPPER.valueToTree(example.structure());
  }
}
