package io.tunemesh.dataset.build;

import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.split.Part;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Counts the fate of rows, and the examples that came of them. A row is kept or refused. */
public final class Tally {

  private static final int MOST_LABELS = 1000;

  private final long[] parts = new long[Part.values().length];
  private final Map<String, Long> labels = new TreeMap<>();
  private final Map<String, Long> refusals = new TreeMap<>();
  private final Map<String, RefusedLine> first = new TreeMap<>();
  private final Map<String, Long> changed = new TreeMap<>();

  private final Map<String, Long> pieces = new TreeMap<>();

  private long kept;
  private boolean tooManyLabels;

  /**
   * Counts an example.
   *
   * @param rows how many rows it keeps that none before it kept
   * @param label its class; null where it has none
   */
  void keep(Part part, int rows, String label) {
    parts[part.ordinal()]++;
    kept += rows;
    if (label != null && !tooManyLabels) {
      labels.merge(label, 1L, Long::sum);
      tooManyLabels = labels.size() > MOST_LABELS;
    }
  }

  /** Counts the rules that changed the text of an example that is kept. */
  void change(Collection<String> rules) {
    rules.forEach(rule -> changed.merge(rule, 1L, Long::sum));
  }

  /** Counts a piece that is left out of a row which is kept. */
  void leavePiece(String code) {
    pieces.merge(code, 1L, Long::sum);
  }

  void refuse(RefusedLine line) {
    refusals.merge(line.code(), 1L, Long::sum);
    first.putIfAbsent(line.code(), line);
  }

  void add(Tally other) {
    kept += other.kept;
    for (int part = 0; part < parts.length; part++) {
      parts[part] += other.parts[part];
    }
    other.refusals.forEach((code, count) -> refusals.merge(code, count, Long::sum));
    other.first.forEach(first::putIfAbsent);
    other.pieces.forEach((code, count) -> pieces.merge(code, count, Long::sum));
    other.changed.forEach((rule, count) -> changed.merge(rule, count, Long::sum));
  }

  public long in() {
    return kept() + refused();
  }

  /** The rows that are in an example. */
  public long kept() {
    return kept;
  }

  long examples() {
    return LongStream.of(parts).sum();
  }

  long examples(Part part) {
    return parts[part.ordinal()];
  }

  /** The examples of each class; null where there are no classes, or more than a thousand. */
  Map<String, Long> labels() {
    return labels.isEmpty() || tooManyLabels ? null : labels;
  }

  /** The examples that each of these rules changed; null where there are no rules. */
  public Map<String, Long> changed(Set<String> rules) {
    Map<String, Long> counts = new TreeMap<>();
    rules.forEach(rule -> counts.put(rule, changed.getOrDefault(rule, 0L)));
    return counts.isEmpty() ? null : counts;
  }

  public long refused() {
    return refusals.values().stream().mapToLong(Long::longValue).sum();
  }

  public Map<String, Long> refusals() {
    return refusals;
  }

  /** The pieces that are left out of rows which are kept, by code; null where there are none. */
  Map<String, Long> piecesLeftOut() {
    return pieces.isEmpty() ? null : pieces;
  }

  /** A row of the commonest code; the tally has refusals. */
  RefusedLine commonest() {
    return first.get(byCount().getFirst().getKey());
  }

  /** The commonest reasons, each with its count and its first cell. */
  String reasons() {
    return byCount().stream()
        .limit(3)
        .map(
            entry -> {
              RefusedLine line = first.get(entry.getKey());
              return "%d × %s, first in %s%s, %s: %s"
                  .formatted(
                      entry.getValue(),
                      entry.getKey(),
                      line.file(),
                      line.sheet() == null ? "" : ", sheet " + line.sheet(),
                      line.cell() == null ? "row " + line.row() : "cell " + line.cell(),
                      line.reason());
            })
        .collect(Collectors.joining("; "));
  }

  private List<Map.Entry<String, Long>> byCount() {
    return refusals.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .toList();
  }
}
