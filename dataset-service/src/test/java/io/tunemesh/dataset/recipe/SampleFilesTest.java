package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The page of the files that the documents show; the files themselves are read by a test of all
 * services.
 */
class SampleFilesTest {

  @Test
  void thereIsOneForEveryRecipe() throws IOException {
    String page = Files.readString(Path.of("../docs/samples/README.md"));

    assertThat(Recipes.ALL)
        .extracting(RecipeType::name)
        .allSatisfy(recipe -> assertThat(page).contains("| `" + recipe + "`"));
  }
}
