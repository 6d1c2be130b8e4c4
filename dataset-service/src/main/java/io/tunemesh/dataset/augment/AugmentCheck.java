package io.tunemesh.dataset.augment;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Augment;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.dataset.recipe.RecipeType;
import io.tunemesh.dataset.recipe.Recipes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds what cannot be meant by a source's {@code augment}. */
public final class AugmentCheck {

  private static final int MOST_INLINE = 10_000;

  private static final Set<Method> SYNONYMS = EnumSet.of(Method.SYNONYMS);
  private static final Set<Method> SHOWING = EnumSet.of(Method.GENERATE, Method.PARAPHRASE);
  private static final Set<Method> ASKING =
      EnumSet.of(Method.GENERATE, Method.PARAPHRASE, Method.BACK_TRANSLATION);

  private AugmentCheck() {}

  /**
   * Every mistake, with its field from the source on.
   *
   * @param run may be null; then a word list is named by file id
   */
  public static List<Mistake> mistakes(DatasetSpec.Source source, String run) {
    List<Mistake> mistakes = new ArrayList<>();
    List<Augment> wishes = source.augment() == null ? List.of() : source.augment();
    for (int i = 0; i < wishes.size(); i++) {
      String at = "augment[" + i + "].";
      check(source, wishes.get(i), run)
          .forEach(m -> mistakes.add(new Mistake(at + m.field(), m.message())));
    }
    return mistakes;
  }

  private static List<Mistake> check(DatasetSpec.Source source, Augment wish, String run) {
    List<Mistake> mistakes = new ArrayList<>();
    Method method = Method.named(wish.method());
    misfit(source, method).ifPresent(what -> mistakes.add(new Mistake("method", what)));
    own(wish)
        .forEach(
            (field, owners) -> {
              if (!owners.contains(method)) {
                mistakes.add(
                    new Mistake(
                        field,
                        "means something with %s only; leave it out of %s"
                            .formatted(names(owners), method.key())));
              }
            });
    if (method == Method.SYNONYMS) {
      mistakes.addAll(words(wish, run));
    }
    if (method.asksAModel() && wish.model() == null) {
      mistakes.add(
          new Mistake("model", "is missing: give a served model, as GET /v1/models lists them"));
    }
    if (method == Method.BACK_TRANSLATION && wish.through() == null) {
      mistakes.add(
          new Mistake("through", "is missing: give the language to translate to and back from"));
    }
    return mistakes;
  }

  /** The fields that are given and that some methods have. */
  private static Map<String, Set<Method>> own(Augment wish) {
    Map<String, Set<Method>> given = new LinkedHashMap<>();
    put(given, "share", wish.share(), SYNONYMS);
    put(given, "words", wish.words(), SYNONYMS);
    put(given, "words_file", wish.wordsFile(), SYNONYMS);
    put(given, "model", wish.model(), ASKING);
    put(given, "examples", wish.examples(), SHOWING);
    put(given, "instruction", wish.instruction(), ASKING);
    put(given, "max", wish.max(), ASKING);
    put(given, "temperature", wish.temperature(), ASKING);
    put(given, "through", wish.through(), EnumSet.of(Method.BACK_TRANSLATION));
    return given;
  }

  private static void put(
      Map<String, Set<Method>> given, String field, Object value, Set<Method> owners) {
    if (value != null) {
      given.put(field, owners);
    }
  }

  private static String names(Set<Method> methods) {
    List<String> names = methods.stream().map(Method::key).toList();
    String last = names.getLast();
    return names.size() == 1
        ? last
        : String.join(", ", names.subList(0, names.size() - 1)) + " and " + last;
  }

  /** Why no recipe that the source leaves open can be made more of in this way, if none can. */
  private static Optional<String> misfit(DatasetSpec.Source source, Method method) {
    List<RecipeType> open = Recipes.candidates(source);
    return open.isEmpty() || open.stream().anyMatch(method::fits)
        ? Optional.empty()
        : Optional.of(method.misfit(open.getFirst().name()));
  }

  private static List<Mistake> words(Augment wish, String run) {
    if (wish.words() == null && wish.wordsFile() == null) {
      return List.of(
          new Mistake(
              "words",
              "is missing: give words with their synonyms, as {\"big\": \"large, huge\"}, or the"
                  + " id of an uploaded table of them in 'words_file'"));
    }
    if (wish.words() != null && wish.wordsFile() != null) {
      return List.of(new Mistake("words", "and words_file are given; leave one of them out"));
    }
    if (wish.wordsFile() != null) {
      return run != null || wish.wordsFile().startsWith("file-")
          ? List.of()
          : List.of(
              new Mistake(
                  "words_file",
                  "'%s' is no file id, and file names are looked up in a run; give the id, as file-…, or the run"
                      .formatted(wish.wordsFile())));
    }
    return inline(wish.words());
  }

  private static List<Mistake> inline(Map<String, String> words) {
    if (words.size() > MOST_INLINE) {
      return List.of(
          new Mistake(
              "words",
              "has %d words, and %d are the most; upload them as a table and name it in 'words_file'"
                  .formatted(words.size(), MOST_INLINE)));
    }
    List<Mistake> mistakes = new ArrayList<>();
    for (String word : words.keySet().stream().sorted().toList()) {
      Thesaurus.mistake(word).ifPresent(what -> mistakes.add(new Mistake("words." + word, what)));
    }
    if (mistakes.isEmpty() && Thesaurus.of(words).isEmpty()) {
      mistakes.add(
          new Mistake("words", "gives no synonym; write them as {\"big\": \"large, huge\"}"));
    }
    return mistakes;
  }
}
