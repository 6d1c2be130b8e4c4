package io.tunemesh.dataset.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.RecipeType;
import io.tunemesh.dataset.recipe.Recipes;
import io.tunemesh.dataset.recipe.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page about exports says what the code says; {@code -Ddocs.write=true} writes it anew. */
class ExportsPageTest {

  private static final Path PAGE = Path.of("../docs/exports.md");
  private static final Path SAMPLES = Path.of("../docs/samples");
  private static final String BEGIN = "<!-- exports -->\n";
  private static final String END = "<!-- /exports -->";

  @Test
  void listsEveryFormatAndTheColumnsOfEveryRecipe() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    String made = page.substring(0, begin) + tables() + page.substring(page.indexOf(END));
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, made);
    }

    assertThat(PAGE).as("run this test once with -Ddocs.write=true").hasContent(made);
  }

  @ParameterizedTest
  @CsvSource({
    "papers.csv, paper_classification",
    "alpaca.jsonl, alpaca",
    "context_response.jsonl, context_response",
    "reviews.tsv, text_classification",
    "pairs.tsv, sentence_pair",
    "ratings.csv, regression",
    "translation.tsv, translation",
  })
  void hasAColumnForEachFieldOfARecipe(String file, String recipe) throws Exception {
    String text = Files.readString(SAMPLES.resolve(file));
    Sample sample =
        file.endsWith(".jsonl")
            ? Sample.jsonl(text)
            : Sample.tsv(file.endsWith(".csv") ? text.replace(',', '\t') : text);

    hasAColumnForEachField(sample, recipe);
  }

  @Test
  void hasAColumnForEachFieldOfADialogueAndOfTags() throws Exception {
    ObjectNode tagged = Json.MAPPER.createObjectNode();
    tagged.putArray("tokens").add("Ann").add("ran");
    tagged.putArray("tags").add("B-PER").add("O");

    hasAColumnForEachField(Sample.keyed("bio", tagged.toString()), "tagging");
    hasAColumnForEachField(
        Sample.keyed(
                "script",
                "{\"scene\": \"1\", \"speaker\": \"a\", \"text\": \"q\"}\n"
                    + "{\"scene\": \"1\", \"speaker\": \"b\", \"text\": \"r\"}")
            .with("role", "b"),
        "role_dialogue");
  }

  private static void hasAColumnForEachField(Sample sample, String recipe) throws Exception {
    List<ExampleLine> examples = sample.read(recipe).examples();

    assertThat(examples).isNotEmpty();
    for (ExampleLine example : examples) {
      JsonNode fields = Json.MAPPER.valueToTree(example.structure());
      fields.fieldNames().forEachRemaining(f -> assertThat(CsvFields.of(recipe)).contains(f));
    }
  }

  private static String tables() {
    StringBuilder out = new StringBuilder();
    out.append(
        "| `format` | holds | without `split` | file | what it is |\n|---|---|---|---|---|\n");
    for (Format format : Format.values()) {
      out.append(
          "| `%s` | %s | %s | `.%s` | %s |\n"
              .formatted(
                  format.key(),
                  format.fits().words(),
                  format.tellsSplits() ? "all" : "refused",
                  format.ending(),
                  format.meaning()));
    }
    out.append("\n| recipe | its own columns in CSV |\n|---|---|\n");
    for (RecipeType type : Recipes.ALL) {
      out.append("| `%s` | %s |\n".formatted(type.name(), code(CsvFields.of(type.name()))));
    }
    return out.append("\nBefore them stand ")
        .append(code(CsvFields.BEFORE))
        .append(", after them ")
        .append(code(CsvFields.AFTER))
        .append(".\n")
        .toString();
  }

  private static String code(List<String> names) {
    return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }
}
