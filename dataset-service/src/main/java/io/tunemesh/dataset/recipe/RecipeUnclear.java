package io.tunemesh.dataset.recipe;

/**
 * No recipe, or more than one, fits a source whose recipe is {@code auto}; the message names the
 * choices.
 */
public class RecipeUnclear extends Exception {

  private final String field;

  /**
   * @param field what to mend in the source's specification, as {@code recipe}
   */
  public RecipeUnclear(String field, String message) {
    super(message);
    this.field = field;
  }

  /** The field of the source, as {@code settings.role}. */
  public String field() {
    return field;
  }
}
