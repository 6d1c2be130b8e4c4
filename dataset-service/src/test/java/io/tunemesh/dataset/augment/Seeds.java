package io.tunemesh.dataset.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.plan.DatasetSpec.Augment;
import io.tunemesh.dataset.recipe.Content;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.RecipeType;
import io.tunemesh.dataset.recipe.Recipes;
import java.util.Map;

/** Training examples and steps, as a build has them. */
final class Seeds {

  private Seeds() {}

  static RecipeType type(String recipe) {
    return Recipes.named(recipe).orElseThrow();
  }

  /** The seed of a row that the recipe keeps. */
  static Seed of(String recipe, String id, Map<String, String> fields) {
    return of(recipe, id, fields, null);
  }

  static Seed of(
      String recipe, String id, Map<String, String> fields, Map<String, String> settings) {
    return Seed.of(id, done(new Form(type(recipe), settings).read(fields)));
  }

  static Seed exam(String id, String options, String answers) {
    return of(
        "exam",
        id,
        Map.of("text", "A long story about rain.", "options", options, "answers", answers));
  }

  static Example done(Attempt attempt) {
    assertThat(attempt).isInstanceOf(Attempt.Done.class);
    return ((Attempt.Done) attempt).example();
  }

  static String dropped(Attempt attempt) {
    assertThat(attempt).isInstanceOf(Attempt.Dropped.class);
    return ((Attempt.Dropped) attempt).code();
  }

  static String output(Example example) {
    return ((Content.Asked) example.content()).output();
  }

  static Step shuffle(int copies) {
    return step(
        new Augment(
            "shuffle_options", copies, null, null, null, null, null, null, null, null, null));
  }

  static Step synonyms(int copies, double share, Map<String, String> words) {
    return step(
        new Augment("synonyms", copies, share, words, null, null, null, null, null, null, null));
  }

  static Step generate(Integer copies, Integer examples, Integer max) {
    return step(
        new Augment(
            "generate", copies, null, null, null, "ft:m", examples, "Be short.", max, null, null));
  }

  private static Step step(Augment wish) {
    return new Step(0, 0, Method.named(wish.method()), wish);
  }
}
