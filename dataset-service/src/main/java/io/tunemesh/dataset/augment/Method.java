package io.tunemesh.dataset.augment;

import io.tunemesh.dataset.recipe.RecipeType;
import java.util.Locale;

/** The ways to make more examples, as a specification names them. */
public enum Method {
  SHUFFLE_OPTIONS("the recipe exam", "have no options"),
  SYNONYMS(
      "recipes whose rows ask something in words that may be exchanged",
      "are bound to their very words"),
  GENERATE("recipes whose examples are one row each", "are not of one row each"),
  PARAPHRASE(SYNONYMS.whatFor, SYNONYMS.whyNot),
  BACK_TRANSLATION(SYNONYMS.whatFor, SYNONYMS.whyNot);

  private final String whatFor;
  private final String whyNot;

  Method(String whatFor, String whyNot) {
    this.whatFor = whatFor;
    this.whyNot = whyNot;
  }

  /** The name in specifications, manifests and marks. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The method of a name that the schema allows. */
  public static Method named(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }

  /** Whether it can make anything of a recipe's examples. */
  public boolean fits(RecipeType type) {
    return switch (this) {
      case SHUFFLE_OPTIONS -> type.name().equals(Form.EXAM);
      case SYNONYMS, PARAPHRASE, BACK_TRANSLATION ->
          Form.fits(type) && !Form.wordRoles(type).isEmpty();
      case GENERATE -> Form.fits(type);
    };
  }

  /** Whether a served model is asked. */
  public boolean asksAModel() {
    return switch (this) {
      case SHUFFLE_OPTIONS, SYNONYMS -> false;
      case GENERATE, PARAPHRASE, BACK_TRANSLATION -> true;
    };
  }

  /** How many examples a request shows where a specification says nothing. */
  int shown() {
    return this == BACK_TRANSLATION ? 1 : 3;
  }

  /** What to tell a user who asks for it where it does not fit. */
  public String misfit(String recipe) {
    return "%s is for %s; examples of '%s' %s".formatted(key(), whatFor, recipe, whyNot);
  }
}
