package io.tunemesh.dataset.exam;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/** Four texts under the letters A to D, in this order; it cannot be changed. */
final class LetteredTexts extends AbstractMap<String, String> {
  static final List<String> LETTERS = List.of("A", "B", "C", "D");

  private final List<String> texts;

  /**
   * @param texts those of A, B, C and D
   */
  LetteredTexts(List<String> texts) {
    if (texts.size() != LETTERS.size()) {
      throw new IllegalArgumentException("A to D need four texts, not " + texts.size());
    }
    this.texts = List.copyOf(texts);
  }

  /** The texts of a map under the four letters; where it has none, an empty one. */
  static LetteredTexts of(Map<String, String> texts) {
    return texts instanceof LetteredTexts lettered
        ? lettered
        : new LetteredTexts(
            LETTERS.stream().map(k -> Objects.requireNonNullElse(texts.get(k), "")).toList());
  }

  /** The first letter whose text is blank, or null. */
  String missing() {
    for (int i = 0; i < LETTERS.size(); i++) {
      if (texts.get(i).isBlank()) {
        return LETTERS.get(i);
      }
    }
    return null;
  }

  @Override
  public String get(Object key) {
    for (int i = 0; i < LETTERS.size(); i++) {
      if (LETTERS.get(i).equals(key)) {
        return texts.get(i);
      }
    }
    return null;
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super String> action) {
    for (int i = 0; i < LETTERS.size(); i++) {
      action.accept(LETTERS.get(i), texts.get(i));
    }
  }

  @Override
  public Set<Map.Entry<String, String>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<String, String>> iterator() {
        return IntStream.range(0, LETTERS.size())
            .mapToObj(i -> Map.entry(LETTERS.get(i), texts.get(i)))
            .iterator();
      }

      @Override
      public int size() {
        return LETTERS.size();
      }
    };
  }
}
