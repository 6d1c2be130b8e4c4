package io.tunemesh.dataset.clean;

import io.tunemesh.contract.plan.DatasetSpec.Clean;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.dataset.recipe.Content;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.platform.blob.Digests;
import io.tunemesh.platform.text.Controls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Cleans the examples of a dataset. It changes the text of some, and decides which are removed:
 * those of noise, those too short or too long, and those that repeat an earlier one of any source
 * and any part of the split, so that no test example is one that was trained on. The answers depend
 * on the examples and their order alone.
 */
public final class Cleaning {

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
  private final boolean exact;
  private final NearDuplicates near;
  private final Normalizing normalizing;
  private final Map<String, Function<String, Optional<String>>> noise = new LinkedHashMap<>();
  private final Map<UUID, Integer> seen = new HashMap<>();
  private final List<String> places = new ArrayList<>();

  /** The cleaning that {@code spec} asks for; none where it is null. */
  public Cleaning(Clean spec) {
    Clean asked = spec == null ? Clean.NOTHING : spec;
    shortest = asked.minCharacters() == null ? 0 : asked.minCharacters();
    longest = asked.maxCharacters() == null ? Integer.MAX_VALUE : asked.maxCharacters();
    exact = "exact".equals(asked.duplicates());
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
        && !exact
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

  /** Why an example is removed, as {@link #normalized} left it, whatever the others are. */
  public Optional<Removal> noise(Content content) {
    if (removesNothing()) {
      return Optional.empty();
    }
    if (content.answers().stream().anyMatch(String::isBlank)) {
      return removal("nothing_left", "nothing is left of an answer when its text is cleaned");
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
   * @param text all that it is made of, without the words of a template
   * @param place of its row, for people
   */
  public Optional<Removal> remove(String text, String place) {
    int length = text.codePointCount(0, text.length());
    if (length < shortest) {
      return removal(
          "too_short", "it has %d characters, and %d are the least".formatted(length, shortest));
    }
    if (length > longest) {
      return removal(
          "too_long", "it has %d characters, and %d are the most".formatted(length, longest));
    }
    OptionalInt earlier = exact ? same(text) : alike(text);
    if (earlier.isPresent()) {
      String first = places.get(earlier.getAsInt());
      return exact
          ? removal("duplicate", "it repeats " + first)
          : removal("near_duplicate", "it says almost the same as " + first);
    }
    if (exact || near != null) {
      places.add(place);
    }
    return Optional.empty();
  }

  private OptionalInt same(String text) {
    byte[] letters = Letters.of(text).getBytes(StandardCharsets.UTF_8);
    ByteBuffer digest = ByteBuffer.wrap(Digests.sha256().digest(letters));
    Integer earlier = seen.putIfAbsent(new UUID(digest.getLong(), digest.getLong()), places.size());
    return earlier == null ? OptionalInt.empty() : OptionalInt.of(earlier);
  }

  private OptionalInt alike(String text) {
    return near == null ? OptionalInt.empty() : near.add(text, places.size());
  }

  private static Optional<Removal> removal(String code, String reason) {
    return Optional.of(new Removal(code, reason));
  }
}
