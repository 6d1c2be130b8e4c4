package io.tunemesh.dataset.augment;

import io.tunemesh.dataset.exam.ExamText;
import io.tunemesh.dataset.exam.Item;
import io.tunemesh.dataset.recipe.Content;
import io.tunemesh.dataset.recipe.Example;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the options of an exam's questions in another order; each answer follows its option. A
 * question whose words are tied to letters or places stays as it is, and one that ends with "all of
 * the above" or its like keeps that last.
 */
final class Shuffle {

  /** None of the questions can have another order. */
  static final String TIED = "options_tied";

  /** Every order that was tried says the same as one before. */
  static final String NO_OTHER = "no_other_order";

  private static final int TRIES = 20;

  private final Seed seed;
  private final Set<List<Item>> orders = new HashSet<>();
  private final List<Integer> movable;

  Shuffle(Seed seed) {
    this.seed = seed;
    this.movable = seed.items().stream().map(Shuffle::movable).toList();
    orders.add(seed.items());
  }

  /** The next copy, different from the seed and the copies before. */
  Attempt next(Chance chance) {
    if (movable.stream().allMatch(count -> count < 2)) {
      return new Attempt.Dropped(TIED);
    }
    for (int i = 0; i < TRIES; i++) {
      List<Item> items = new ArrayList<>();
      for (int item = 0; item < movable.size(); item++) {
        items.add(shuffled(seed.items().get(item), movable.get(item), chance));
      }
      if (orders.add(items)) {
        return new Attempt.Done(example(items));
      }
    }
    return new Attempt.Dropped(NO_OTHER);
  }

  private Example example(List<Item> items) {
    return new Example(
        seed.language(),
        seed.decides(),
        new Content.Asked(
            seed.asked().before(),
            seed.asked().values(),
            ExamText.write(seed.language(), items),
            seed.asked().given()),
        seed.label(),
        items,
        seed.leftOut(),
        seed.structure(),
        seed.columns());
  }

  private static Item shuffled(Item item, int count, Chance chance) {
    List<String> letters = new ArrayList<>(item.options().keySet());
    List<String> moved = new ArrayList<>(letters.subList(0, count));
    chance.shuffle(moved);
    Map<String, String> options = new LinkedHashMap<>();
    char answer = item.answer();
    for (int i = 0; i < letters.size(); i++) {
      String from = i < moved.size() ? moved.get(i) : letters.get(i);
      options.put(letters.get(i), item.options().get(from));
      if (from.charAt(0) == item.answer()) {
        answer = letters.get(i).charAt(0);
      }
    }
    return new Item(item.number(), item.stem(), options, answer);
  }

  /** How many of a question's options, from the first on, may change places. */
  private static int movable(Item item) {
    List<String> options = List.copyOf(item.options().values());
    if (Ties.inStem(item.stem()) || options.stream().anyMatch(Ties::inOption)) {
      return 0;
    }
    int last = options.size() - 1;
    if (options.subList(0, last).stream().anyMatch(Ties::standsLast)) {
      return 0;
    }
    return Ties.standsLast(options.get(last)) ? last : options.size();
  }
}
