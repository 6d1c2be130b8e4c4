package io.tunemesh.dataset.augment;

import io.tunemesh.dataset.recipe.RecipeType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the copies of one step that need nobody else: options in another order, and other words.
 * The same salt and the same seed give the same copies.
 */
public final class Copier {

  /** No word of the example may be exchanged. */
  static final String NO_WORDS = "no_words";

  /** Every exchange that was tried says the same as one before. */
  static final String NO_OTHER = "no_other_words";

  private static final int TRIES = 20;

  private final Step step;
  private final Questions questions;
  private final String salt;
  private final Synonyms synonyms;

  /**
   * @param type a recipe that the step fits
   * @param settings of the source; may be null
   * @param words the list of a step with synonyms; null for any other
   */
  public Copier(
      Step step, RecipeType type, Map<String, String> settings, String salt, Thesaurus words) {
    this.step = step;
    this.questions = new Questions(new Form(type, settings));
    this.salt = salt;
    Double share = step.wish().share();
    this.synonyms =
        words == null ? null : new Synonyms(words, share == null ? Synonyms.SHARE : share);
  }

  public Step step() {
    return step;
  }

  /** What comes of each copy, in their order. */
  public List<Attempt> copies(Seed seed) {
    List<Attempt> attempts = new ArrayList<>();
    Shuffle shuffle = step.method() == Method.SHUFFLE_OPTIONS ? new Shuffle(seed) : null;
    Set<List<String>> said = new HashSet<>();
    for (int copy = 0; copy < step.copies(); copy++) {
      Chance chance = Chance.of(salt, step.key(), seed.id(), String.valueOf(copy));
      attempts.add(shuffle != null ? shuffle.next(chance) : reworded(seed, said, chance));
    }
    return attempts;
  }

  private Attempt reworded(Seed seed, Set<List<String>> said, Chance chance) {
    List<String> texts = questions.texts(seed);
    String kept = seed.output() + "\n" + (seed.label() == null ? "" : seed.label());
    for (int i = 0; i < TRIES; i++) {
      List<String> changed = synonyms.exchanged(texts, kept, chance);
      if (changed.equals(texts)) {
        return new Attempt.Dropped(said.isEmpty() ? NO_WORDS : NO_OTHER);
      }
      if (said.add(changed)) {
        return questions.example(seed, changed);
      }
    }
    return new Attempt.Dropped(NO_OTHER);
  }
}
