package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.recipe.Sample.Made;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files that the documents show, each kept whole by its recipe. */
class SampleFilesTest {

  private static final Path FOLDER = Path.of("../docs/samples");

  @ParameterizedTest
  @CsvSource({
    "papers.csv, paper_classification, 4",
    "play.txt, role_dialogue, 4",
    "alpaca.jsonl, alpaca, 3",
    "sharegpt.jsonl, sharegpt, 2",
    "messages.jsonl, messages, 2",
    "context_response.jsonl, context_response, 2",
    "reviews.tsv, text_classification, 4",
    "pairs.tsv, sentence_pair, 3",
    "ratings.csv, regression, 3",
    "prose.txt, plain_text, 1",
    "entities.bio, tagging, 2",
    "translation.tsv, translation, 2",
  })
  void isKeptWhole(String file, String recipe, int examples) throws Exception {
    Sample sample = sample(file, Files.readString(FOLDER.resolve(file)));

    assertThat(sample.auto()).isEqualTo(recipe);
    Made made = sample.read("auto");
    assertThat(made.examples()).hasSize(examples);
    assertThat(made.refused()).isEmpty();
  }

  @Test
  void thereIsOneForEveryRecipe() throws IOException {
    String page = Files.readString(FOLDER.resolve("README.md"));
    Set<String> shown = new TreeSet<>();
    for (RecipeType type : Recipes.ALL) {
      if (page.contains("`" + type.name() + "`")) {
        shown.add(type.name());
      }
    }

    assertThat(shown)
        .containsExactlyInAnyOrderElementsOf(
            Recipes.ALL.stream().map(RecipeType::name).filter(n -> !n.equals("exam")).toList());
  }

  private static Sample sample(String file, String text) {
    return switch (file) {
      case "play.txt" -> Sample.keyed("script", script(text)).with("role", "阿青");
      case "prose.txt" -> Sample.keyed("text", paragraphs(text));
      case "entities.bio" -> Sample.keyed("bio", bio(text));
      default ->
          file.endsWith(".jsonl")
              ? Sample.jsonl(text)
              : Sample.tsv(file.endsWith(".csv") ? text.replace(',', '\t') : text);
    };
  }

  private static String script(String text) {
    StringBuilder lines = new StringBuilder();
    String scene = "";
    for (String line : text.lines().toList()) {
      int colon = line.indexOf('：');
      if (colon < 0) {
        scene = line;
        continue;
      }
      lines.append(
          Json.MAPPER
              .createObjectNode()
              .put("scene", scene)
              .put("speaker", line.substring(0, colon))
              .put("text", line.substring(colon + 1)));
      lines.append('\n');
    }
    return lines.toString();
  }

  private static String paragraphs(String text) {
    return text.lines()
        .filter(line -> !line.isBlank())
        .map(line -> Json.MAPPER.createObjectNode().put("text", line).toString())
        .collect(Collectors.joining("\n"));
  }

  private static String bio(String text) {
    StringBuilder lines = new StringBuilder();
    for (String sentence : text.split("\n\n")) {
      ObjectNode row = Json.MAPPER.createObjectNode();
      ArrayNode tokens = row.putArray("tokens");
      ArrayNode tags = row.putArray("tags");
      for (String line : sentence.lines().toList()) {
        String[] pair = line.split("[\t ]");
        tokens.add(pair[0]);
        tags.add(pair[1]);
      }
      lines.append(row).append('\n');
    }
    return lines.toString();
  }
}
