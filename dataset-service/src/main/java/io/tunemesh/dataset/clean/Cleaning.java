package io.tunemesh.dataset.clean;

import io.tunemesh.contract.plan.DatasetSpec.Clean;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.platform.blob.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Decides which examples of a dataset are removed: those too short or too long, and those that
 * repeat an earlier one of any source and any part of the split, so that no test example is one
 * that was trained on. The answers depend on the examples and their order alone.
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
  private final Map<UUID, Integer> seen = new HashMap<>();
  private final List<String> places = new ArrayList<>();

  /** The cleaning that {@code spec} asks for; none where it is null. */
  public Cleaning(Clean spec) {
    Clean asked = spec == null ? new Clean(null, null, null, null) : spec;
    shortest = asked.minCharacters() == null ? 0 : asked.minCharacters();
    longest = asked.maxCharacters() == null ? Integer.MAX_VALUE : asked.maxCharacters();
    exact = "exact".equals(asked.duplicates());
    near =
        "near".equals(asked.duplicates())
            ? new NearDuplicates(asked.similarity() == null ? SIMILARITY : asked.similarity())
            : null;
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
    return shortest == 0 && longest == Integer.MAX_VALUE && !exact && near == null;
  }

  /**
   * Takes the next example.
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
