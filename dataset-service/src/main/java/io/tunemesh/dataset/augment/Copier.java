package io.tunemesh.dataset.augment;

import io.tunemesh.dataset.recipe.Content;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.RecipeType;
import io.tunemesh.dataset.recipe.Turn;
import java.util.ArrayList;
import java.util.HashMap;
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
  private static final String TOOL_RESULT = "<tool_response>";

  private final Step step;
  private final Form form;
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
    this.form = new Form(type, settings);
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
    List<String> texts = texts(seed);
    String kept = seed.output() + "\n" + (seed.label() == null ? "" : seed.label());
    for (int i = 0; i < TRIES; i++) {
      List<String> changed = synonyms.exchanged(texts, kept, chance);
      if (changed.equals(texts)) {
        return new Attempt.Dropped(said.isEmpty() ? NO_WORDS : NO_OTHER);
      }
      if (said.add(changed)) {
        return example(seed, changed);
      }
    }
    return new Attempt.Dropped(NO_OTHER);
  }

  /** What of an example asks, and may be asked in other words. */
  private List<String> texts(Seed seed) {
    if (form.isChat()) {
      return seed.chat().stream().filter(Copier::asks).map(Turn::content).toList();
    }
    Map<String, String> fields = form.fields(seed);
    return form.wordRoles().stream().map(role -> fields.getOrDefault(role, "")).toList();
  }

  private Attempt example(Seed seed, List<String> texts) {
    if (form.isExam()) {
      return new Attempt.Done(exam(seed, texts.getFirst()));
    }
    Map<String, String> fields = form.fields(seed);
    if (form.isChat()) {
      fields.put(Form.MESSAGES, Form.json(chat(seed.chat(), texts)));
    } else {
      for (int i = 0; i < texts.size(); i++) {
        if (!texts.get(i).isEmpty()) {
          fields.put(form.wordRoles().get(i), texts.get(i));
        }
      }
    }
    return form.read(fields);
  }

  private static List<Turn> chat(List<Turn> turns, List<String> texts) {
    List<Turn> changed = new ArrayList<>();
    int next = 0;
    for (Turn turn : turns) {
      changed.add(asks(turn) ? new Turn(turn.role(), texts.get(next++), turn.weight()) : turn);
    }
    return changed;
  }

  private static boolean asks(Turn turn) {
    return turn.role().equals("user") && !turn.content().contains(TOOL_RESULT);
  }

  /** The questions stay as they were read, and so do those that were left out. */
  private static Example exam(Seed seed, String text) {
    Map<String, Object> values = new HashMap<>(seed.asked().values());
    values.put("text", text);
    return new Example(
        seed.language(),
        text,
        new Content.Asked(seed.asked().before(), values, seed.asked().output()),
        seed.label(),
        seed.items(),
        seed.leftOut(),
        seed.structure(),
        seed.columns());
  }
}
