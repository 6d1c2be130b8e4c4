package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.upload.UploadParsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The recipes there are. */
public final class Recipes {

  /** The name of leaving the choice to the service. */
  public static final String AUTO = "auto";

  /** Documents that answers are looked up in; nothing is trained on them. */
  public static final String KNOWLEDGE = "knowledge";

  /** Every recipe that makes examples. */
  public static final List<RecipeType> ALL =
      List.of(
          ExamRows.TYPE,
          Papers.TYPE,
          RoleDialogue.TYPE,
          Alpaca.TYPE,
          ShareGpt.TYPE,
          OpenAiChats.TYPE,
          Contexts.TYPE,
          Labels.TEXT,
          Labels.PAIR,
          Ratings.TYPE,
          PlainText.TYPE,
          Tagging.TYPE,
          Translations.TYPE);

  private Recipes() {}

  /** The recipe of a name; empty for {@link #AUTO} and {@link #KNOWLEDGE}. */
  public static Optional<RecipeType> named(String name) {
    return ALL.stream().filter(type -> type.name().equals(name)).findFirst();
  }

  /**
   * The recipe that a source asks for, or that its content asks for.
   *
   * @throws RecipeUnclear if its content fits none, or several
   */
  public static RecipeType of(DatasetSpec.Source source, UploadParsed file) throws RecipeUnclear {
    Optional<RecipeType> named = named(source.recipe());
    RecipeType type = named.isPresent() ? named.get() : new Auto(source, file).choose();
    List<Mistake> mistakes = type.mistakes(source.columns(), source.settings());
    if (!mistakes.isEmpty()) {
      Mistake first = mistakes.getFirst();
      throw new RecipeUnclear(
          first.field(),
          "the recipe %s was chosen by the content, and its %s %s"
              .formatted(type.name(), first.field(), first.message()));
    }
    return type;
  }

  /** The recipes that a source leaves open: one where it names it. */
  public static List<RecipeType> candidates(DatasetSpec.Source source) {
    Optional<RecipeType> named = named(source.recipe());
    if (named.isPresent()) {
      return List.of(named.get());
    }
    Set<String> roles = source.columns() == null ? Set.of() : source.columns().keySet();
    Set<String> settings = source.settings() == null ? Set.of() : source.settings().keySet();
    return ALL.stream().filter(type -> type.knows(roles, settings)).toList();
  }

  /** What is wrong with a source's recipe, columns and settings, with the field of each. */
  public static List<Mistake> mistakes(DatasetSpec.Source source) {
    if (KNOWLEDGE.equals(source.recipe())) {
      return List.of(
          new Mistake(
              "recipe",
              "knowledge is for retrieval, and nothing is trained on it; leave this source out, or"
                  + " choose plain_text to go on with pre-training on its text"));
    }
    Optional<RecipeType> named = named(source.recipe());
    if (named.isPresent()) {
      return named.get().mistakes(source.columns(), source.settings());
    }
    List<Mistake> mistakes = new ArrayList<>();
    if (candidates(source).isEmpty()) {
      String what = "fit no recipe; name the 'recipe' to be told what it has";
      if (source.columns() != null && !source.columns().isEmpty()) {
        mistakes.add(
            new Mistake("columns", "the roles %s %s".formatted(keys(source.columns()), what)));
      }
      if (source.settings() != null && !source.settings().isEmpty()) {
        mistakes.add(
            new Mistake("settings", "the settings %s %s".formatted(keys(source.settings()), what)));
      }
    }
    return mistakes;
  }

  private static String keys(Map<String, String> map) {
    return map.keySet().stream().sorted().collect(Collectors.joining(", "));
  }
}
