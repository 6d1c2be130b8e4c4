package io.tunemesh.dataset.recipe;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What the examples of a recipe are for; the trainer's stage and head follow from it. */
public enum Task {
  /** Answers to instructions, and chats. */
  SFT,
  /** Plain text, to go on with pre-training. */
  PT,
  /** Instructions that are answered with one of a few labels. */
  CLASSIFICATION,
  /** Instructions that are answered with a number. */
  REGRESSION,
  /** Instructions that are answered with the entities or the tags of a text. */
  TAGGING;

  /** The name on the wire. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The task of a dataset whose sources have {@code tasks}: theirs where they share one, else
   * {@link #SFT}, for all but {@link #PT} are instructions. Empty where instructions and plain text
   * come together, which no trainer takes in one go.
   */
  public static Optional<Task> of(Collection<Task> tasks) {
    Set<Task> different = EnumSet.copyOf(tasks);
    if (different.size() == 1) {
      return Optional.of(different.iterator().next());
    }
    return different.contains(PT) ? Optional.empty() : Optional.of(SFT);
  }
}
