package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.platform.template.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page about recipes says what the code says; {@code -Ddocs.write=true} writes it anew. */
class RecipesPageTest {

  private static final Path PAGE = Path.of("../docs/recipes.md");
  private static final String BEGIN = "<!-- recipes -->\n";
  private static final String END = "<!-- /recipes -->";

  @Test
  void listsEveryRecipeWithItsRolesSettingsAndTemplates() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    String made = page.substring(0, begin) + table() + page.substring(end);
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, made);
    }

    assertThat(PAGE).as("run this test once with -Ddocs.write=true").hasContent(made);
  }

  private static String table() {
    StringBuilder out = new StringBuilder();
    out.append("| recipe | a row | task | roles in `columns` | template: values |\n");
    out.append("|---|---|---|---|---|\n");
    for (RecipeType type : Recipes.ALL) {
      out.append(
          "| `%s` | `%s` | %s | %s | %s |\n"
              .formatted(
                  type.name(), type.sample(), type.task().key(), roles(type), template(type)));
    }
    out.append("| `knowledge` | documents | none | | |\n\n");
    out.append("| recipe | in `settings` | what it chooses | without it |\n|---|---|---|---|\n");
    for (RecipeType type : Recipes.ALL) {
      for (Setting setting : type.settings()) {
        out.append(
            "| `%s` | `%s` | %s | %s |\n"
                .formatted(
                    type.name(),
                    setting.key(),
                    setting.meaning() + limits(setting),
                    setting.required()
                        ? "must be given"
                        : setting.standard() == null ? "" : "`" + setting.standard() + "`"));
      }
    }
    return out.toString();
  }

  private static String roles(RecipeType type) {
    return type.roles().stream()
        .map(
            role ->
                (role.required() ? "**" + role.key() + "**" : role.key())
                    + (role.alias() == null ? "" : " or " + role.alias()))
        .collect(Collectors.joining(", "));
  }

  private static String template(RecipeType type) {
    Family family = type.templates();
    if (family == null) {
      return "none";
    }
    List<String> names =
        family.byLanguage()
            ? List.of(family.name() + "-zh", family.name() + "-en")
            : List.of(family.name());
    return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "))
        + ": "
        + family.values().stream()
            .map(v -> family.needed().contains(v) ? "**" + v + "**" : v)
            .collect(Collectors.joining(", "));
  }

  private static String limits(Setting setting) {
    return setting.least() == null ? "" : " (%d to %d)".formatted(setting.least(), setting.most());
  }
}
