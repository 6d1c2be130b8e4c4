package io.tunemesh.dataset.token;

import io.tunemesh.dataset.recipe.Turn;
import java.util.List;

/**
 * What of an example's line is counted, and by what it is found again.
 *
 * @param messages the chat; null for plain text
 * @param text the plain text; null for a chat
 */
public record Countable(String id, String split, List<Turn> messages, String text, Origin lineage) {

  /** The row that the example stands for. */
  public record Origin(String file, String sheet, int row) {}
}
