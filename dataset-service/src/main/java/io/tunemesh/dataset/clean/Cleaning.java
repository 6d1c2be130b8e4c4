package io.tunemesh.dataset.clean;

import io.tunemesh.contract.plan.DatasetSpec.Clean;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.dataset.recipe.Content;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.RecipeType;
import io.tunemesh.platform.text.Controls;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Cleans the examples of a dataset. It changes the text of some, and decides which are removed:
 * those of noise, those too short or too long, and those that repeat an earlier one of any source
 * and any part of the split, so that no test example is one that was trained on. The answers depend
 * on the examples and their order alone. What it compares is on disk, so that memory does not grow
 * with the examples.
 */
public final class Cleaning implements Closeable {

  /** From which similarity two texts are near-duplicates, where a specification names none. */
  private static final double SIMILARITY = 0.8;

  /**
   * Why an example is removed.
   *
   * @param code stable, for counting
   */
  public record Removal(String code, String reason) {}

  private final int shortest;
  private final int longest;
  private final ExactDuplicates exact;
  private final NearDuplicates near;
  private final Normalizing normalizing;
  private final Map<String, Function<String, Optional<String>>> noise = new LinkedHashMap<>();
  private final List<String> tables = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  /** The cleaning that {@code spec} asks for; none where it is null. */
  public Cleaning(Clean spec) {
    Clean asked = spec == null ? Clean.NOTHING : spec;
    shortest = asked.minCharacters() == null ? 0 : asked.minCharacters();
    longest = asked.maxCharacters() == null ? Integer.MAX_VALUE : asked.maxCharacters();
    exact = "exact".equals(asked.duplicates()) ? new ExactDuplicates() : null;
    near =
        "near".equals(asked.duplicates())
            ? new NearDuplicates(asked.similarity() == null ? SIMILARITY : asked.similarity())
            : null;
    normalizing = new Normalizing(asked);
    if ("remove".equals(asked.garbled())) {
      noise.put("garbled_text", Garbled::sign);
    }
    if ("remove".equals(asked.controls())) {
      noise.put("control_characters", Controls::sign);
    }
    if ("remove".equals(asked.repetition())) {
      noise.put("repetitive", Repetition::sign);
    }
  }

  /** What cannot be meant by {@code spec}, which may be null. */
  public static List<Mistake> mistakes(Clean spec) {
    List<Mistake> mistakes = new ArrayList<>();
    if (spec == null) {
      return mistakes;
    }
    if (spec.similarity() != null && !"near".equals(spec.duplicates())) {
      mistakes.add(
          new Mistake(
              "dataset.clean.similarity",
              "means something with \"duplicates\": \"near\" only; add that, or leave it out"));
    }
    if (spec.minCharacters() != null
        && spec.maxCharacters() != null
        && spec.minCharacters() > spec.maxCharacters()) {
      mistakes.add(
          new Mistake(
              "dataset.clean.min_characters",
              "is more than max_characters; no example would stay"));
    }
    return mistakes;
  }

  /** Whether no example can be removed, so that none need be put together to be looked at. */
  public boolean removesNothing() {
    return shortest == 0
        && longest == Integer.MAX_VALUE
        && exact == null
        && near == null
        && noise.isEmpty()
        && normalizing.rules().isEmpty();
  }

  /** The rules that change text, by the names of their settings. */
  public Set<String> changing() {
    return normalizing.rules();
  }

  /**
   * An example with its text put in order.
   *
   * @param recipe that read it
   */
  public Normalized normalized(String recipe, Example example) {
    return normalizing.apply(recipe, example);
  }

  /**
   * Puts texts in order as {@link #normalized} does.
   *
   * @param recipe whose examples are to hold them
   */
  public UnaryOperator<String> mending(String recipe) {
    return normalizing.mending(recipe);
  }

  /** A text as it is compared with others, of which some are cleaned already and some are not. */
  public String settled(String text) {
    return normalizing.settled(text);
  }

  /**
   * Why an example is removed, as {@link #normalized} left it, whatever the others are.
   *
   * @param recipe that read it
   */
  public Optional<Removal> noise(RecipeType recipe, Content content) {
    if (removesNothing()) {
      return Optional.empty();
    }
    if (recipe.isHollow(content)) {
      return removal(
          "nothing_left", "nothing is left of a question or an answer when its text is cleaned");
    }
    for (Map.Entry<String, Function<String, Optional<String>>> rule : noise.entrySet()) {
      for (String piece : content.pieces()) {
        Optional<String> sign = rule.getValue().apply(piece);
        if (sign.isPresent()) {
          return removal(rule.getKey(), sign.get());
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Takes the next example that is not {@link #noise}.
   *
   * @param text what its own rows ask and answer, without the words of a template
   * @param row where it stands in {@code table}
   * @param table for people: a file, and its sheet where it has several
   */
  public Optional<Removal> remove(String text, int row, String table) {
    int length = text.codePointCount(0, text.length());
    if (length < shortest) {
      return removal(
          "too_short", "it has %d characters, and %d are the least".formatted(length, shortest));
    }
    if (length > longest) {
      return removal(
          "too_long", "it has %d characters, and %d are the most".formatted(length, longest));
    }
    if (exact != null) {
      OptionalLong earlier = exact.add(text, place(row, table));
      return earlier.isEmpty()
          ? Optional.empty()
          : removal("duplicate", "it repeats " + said(earlier.getAsLong()));
    }
    if (near != null) {
      OptionalLong earlier = near.add(text, place(row, table));
      return earlier.isEmpty()
          ? Optional.empty()
          : removal("near_duplicate", "it says almost the same as " + said(earlier.getAsLong()));
    }
    return Optional.empty();
  }

  /** How many texts were not compared with all that may be almost the same. */
  public long bounded() {
    return near == null ? 0 : near.bounded();
  }

  /** A row as a number, for there may be millions. */
  private long place(int row, String table) {
    Integer known = numbers.putIfAbsent(table, tables.size());
    if (known == null) {
      tables.add(table);
      known = tables.size() - 1;
    }
    return (long) known << 32 | row;
  }

  private String said(long place) {
    return "row %d of %s".formatted((int) place, tables.get((int) (place >>> 32)));
  }

  private static Optional<Removal> removal(String code, String reason) {
    return Optional.of(new Removal(code, reason));
  }

  @Override
  public void close() {
    if (exact != null) {
      exact.close();
    }
    if (near != null) {
      near.close();
    }
  }
}
