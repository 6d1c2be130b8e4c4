package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.template.Family;
import io.tunemesh.platform.template.Templates;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class RecipesTest {

  static final List<RecipeType> ALL = Recipes.ALL;

  @Test
  void areTheOnesThatASpecificationMayName() throws Exception {
    List<String> names = new ArrayList<>(List.of(Recipes.AUTO, Recipes.KNOWLEDGE));
    ALL.forEach(type -> names.add(type.name()));

    try (var in = RecipesTest.class.getResourceAsStream("/schemas/DatasetSpec.json")) {
      JsonNode allowed = Json.MAPPER.readTree(in).at("/$defs/Source/properties/recipe/enum");
      assertThat(allowed.valueStream().map(JsonNode::asText)).hasSameElementsAs(names);
    }
  }

  @Test
  void haveTasksThatTheContractKnows() throws Exception {
    try (var in = RecipesTest.class.getResourceAsStream("/schemas/DatasetBuilt.json")) {
      JsonNode allowed = Json.MAPPER.readTree(in).at("/properties/task/enum");
      assertThat(allowed.valueStream().map(JsonNode::asText))
          .hasSameElementsAs(List.of(Task.values()).stream().map(Task::key).toList());
    }
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void haveTemplatesThatCanBeUsed(RecipeType type) throws Exception {
    if (type.templates() == null) {
      return;
    }
    for (String language : Family.LANGUAGES) {
      assertThat(Templates.find(null, type.templates(), language).name()).startsWith(type.name());
    }
  }

  @Test
  void haveOneTaskTogetherUnlessPlainTextIsAmongThem() {
    assertThat(Task.of(List.of(Task.TAGGING, Task.TAGGING))).contains(Task.TAGGING);
    assertThat(Task.of(List.of(Task.TAGGING, Task.REGRESSION))).contains(Task.SFT);
    assertThat(Task.of(List.of(Task.PT, Task.PT))).contains(Task.PT);
    assertThat(Task.of(List.of(Task.PT, Task.SFT))).isEmpty();
  }
}
