package io.tunemesh.dataset.report;

import io.tunemesh.contract.Json;
import io.tunemesh.dataset.clean.StableHash;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.report.Duplicates.RemovedGroup;
import io.tunemesh.dataset.report.Report.RefusalGroup;
import io.tunemesh.dataset.report.Report.RefusedCell;
import io.tunemesh.platform.page.Texts;
import it.unimi.dsi.fastutil.longs.Long2IntLinkedOpenHashMap;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Counts refused rows by code, with the first of each, and the largest groups of duplicates. */
final class RefusalCount {

  private static final int FIRST = 20;
  private static final int LONGEST = 400;
  private static final int GROUPS = 10;
  private static final int MEMBERS = 5;
  private static final int MOST_REASONS = 500_000;

  private final Map<String, Rows> codes = new TreeMap<>();
  private final Long2IntLinkedOpenHashMap repeated = new Long2IntLinkedOpenHashMap();
  private final Map<Long, Rows> largest = new LinkedHashMap<>();

  static RefusalCount of(Path file) throws IOException {
    RefusalCount count = new RefusalCount();
    each(file, count::add);
    count.choose();
    each(file, count::place);
    return count;
  }

  private static void each(Path file, Consumer<RefusedLine> taking) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      String line;
      while ((line = lines.readLine()) != null) {
        taking.accept(Json.MAPPER.readValue(line, RefusedLine.class));
      }
    }
  }

  private void add(RefusedLine line) {
    codes.computeIfAbsent(line.code(), code -> new Rows(FIRST)).add(line);
    if (Removals.ofDuplicates(line.code())) {
      long reason = reason(line);
      if (repeated.size() < MOST_REASONS || repeated.containsKey(reason)) {
        repeated.addTo(reason, 1);
      }
    }
  }

  private static long reason(RefusedLine line) {
    return StableHash.and(StableHash.START, line.code() + line.reason());
  }

  /** The largest groups; of equal ones the first. */
  private void choose() {
    repeated.long2IntEntrySet().stream()
        .sorted(Comparator.comparing(entry -> -entry.getIntValue()))
        .limit(GROUPS)
        .forEach(entry -> largest.put(entry.getLongKey(), new Rows(MEMBERS)));
  }

  private void place(RefusedLine line) {
    Rows group = largest.get(reason(line));
    if (group != null) {
      group.add(line);
    }
  }

  /** What is to be mended first, what cleaning removed last; of each the commonest first. */
  List<RefusalGroup> groups(long rowsIn) {
    return codes.values().stream()
        .sorted(
            Comparator.comparing((Rows rows) -> Removals.are(rows.code))
                .thenComparing(rows -> Removals.asked(rows.code))
                .thenComparing(rows -> -rows.count))
        .map(
            rows ->
                new RefusalGroup(
                    rows.code,
                    Removals.are(rows.code) ? "removed" : "refused",
                    rows.count,
                    Shares.of(rows.count, rowsIn),
                    "refused?code=" + rows.code,
                    rows.first))
        .toList();
  }

  /** The largest groups of rows that were removed because they repeat one, ten at most. */
  List<RemovedGroup> duplicates() {
    return largest.values().stream()
        .map(
            rows ->
                new RemovedGroup(rows.code, rows.first.getFirst().reason(), rows.count, rows.first))
        .toList();
  }

  private static final class Rows {

    private final int most;
    private final List<RefusedCell> first = new ArrayList<>();
    private String code;
    private long count;

    Rows(int most) {
      this.most = most;
    }

    void add(RefusedLine line) {
      code = line.code();
      count++;
      if (first.size() < most) {
        first.add(
            new RefusedCell(
                line.id(),
                line.file(),
                line.fileId(),
                line.sheet(),
                line.row(),
                line.cell(),
                line.column(),
                line.header(),
                Texts.cut(line.reason(), LONGEST)));
      }
    }
  }
}
