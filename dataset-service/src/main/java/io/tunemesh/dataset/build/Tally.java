package io.tunemesh.dataset.build;

import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.split.Part;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts the fate of rows. Every row that is counted in is kept or refused. */
final class Tally {

  private final Map<Part, Long> parts = new EnumMap<>(Part.class);
  private final Map<String, Long> refusals = new TreeMap<>();
  private final Map<String, RefusedLine> first = new TreeMap<>();

  void keep(Part part) {
    parts.merge(part, 1L, Long::sum);
  }

  void refuse(RefusedLine line) {
    refusals.merge(line.code(), 1L, Long::sum);
    first.putIfAbsent(line.code(), line);
  }

  void add(Tally other) {
    other.parts.forEach((part, count) -> parts.merge(part, count, Long::sum));
    other.refusals.forEach((code, count) -> refusals.merge(code, count, Long::sum));
    other.first.forEach(first::putIfAbsent);
  }

  long in() {
    return kept() + refused();
  }

  long kept() {
    return parts.values().stream().mapToLong(Long::longValue).sum();
  }

  long kept(Part part) {
    return parts.getOrDefault(part, 0L);
  }

  long refused() {
    return refusals.values().stream().mapToLong(Long::longValue).sum();
  }

  Map<String, Long> refusals() {
    return refusals;
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
