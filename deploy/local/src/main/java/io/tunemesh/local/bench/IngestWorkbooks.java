package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast a large workbook becomes records, beside two peers that read the text of all its cells
 * and write nothing, and a floor that does no more than inflate and walk the XML. Twice: in fresh
 * processes, whose start counts; and in such as are there before the file. Ours has then practised
 * on small tables, as the reader of an idle service has; the others have read the same workbook
 * before. Each figure is the median of several rounds, in which all take turns.
 */
final class IngestWorkbooks {

  private static final double OVER_OPENPYXL = 6;
  private static final double OVER_POI = 2.5;
  private static final int ROUNDS = 3;
  private static final String READER = "io.tunemesh.ingest.parse.ReadFile";
  private static final String OPENPYXL =
      """
      import sys, openpyxl
      characters = 0
      for sheet in openpyxl.load_workbook(sys.argv[1], read_only=True):
          for row in sheet.iter_rows(values_only=True):
              characters += sum(len(text) for text in row if text is not None)
      print('{"characters": %d}' % characters)
      """;

  private final IngestProcesses processes;
  private final String texts;
  private double peak;

  IngestWorkbooks(IngestProcesses processes, String texts) {
    this.processes = processes;
    this.texts = texts;
  }

  /** Seconds of the rounds for a first reading, and for one by a process that was there. */
  private record Times(List<Double> fresh, List<Double> inUse) {
    Times() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    private static double rows(List<Double> seconds) {
      return IngestBook.ROWS / Percentile.of(0.5, seconds);
    }
  }

  void run(Path book) throws IOException, InterruptedException {
    Times ours = new Times();
    Times poi = new Times();
    Times floor = new Times();
    Times openpyxl = new Times();
    peer(openpyxl, processes.python(OPENPYXL, book));
    for (int round = 0; round < ROUNDS; round++) {
      ours.fresh().add(ours(book));
      ours.inUse().add(ours("--practised", book));
      peer(poi, processes.peer(IngestPeers.class.getName(), "poi", book));
      peer(floor, processes.peer(IngestPeers.class.getName(), "floor", book));
    }
    String start = "workbook, " + texts + ", every start counted";
    double rows = Times.rows(ours.fresh());
    compare(start, rows, "openpyxl read-only", openpyxl.fresh(), OVER_OPENPYXL);
    compare(start, rows, "POI event API", poi.fresh(), OVER_POI);
    compare(start, rows, "inflate and walk", floor.fresh(), null);
    String waiting = "workbook, " + texts + ", by a reader that waits";
    rows = Times.rows(ours.inUse());
    compare(waiting, rows, "openpyxl read-only", openpyxl.fresh(), OVER_OPENPYXL);
    compare(waiting, rows, "POI event API in use", poi.inUse(), OVER_POI);
    compare(waiting, rows, "inflate and walk in use", floor.inUse(), null);
    Figure.less("ingest", "reader's peak, " + texts, "MB", peak, null, null, null).print();
  }

  private double ours(Object... arguments) throws IOException, InterruptedException {
    JsonNode read = processes.ours("ingest-service", READER, arguments).lines().getFirst();
    if (read.at("/answer/rows").asLong() != IngestBook.ROWS) {
      throw new Fault("The reader answered: " + read.get("answer"));
    }
    peak = Math.max(peak, read.get("peak_mb").asDouble());
    return read.get("seconds").asDouble();
  }

  private static void peer(Times times, BenchProcess.Run run) throws IOException {
    List<JsonNode> reads = run.lines();
    for (JsonNode read : reads) {
      if (read.get("characters").asLong() < 80_000_000) {
        throw new Fault("A peer did not read all of the workbook: " + read);
      }
    }
    double later = reads.stream().skip(1).mapToDouble(read -> read.get("seconds").asDouble()).sum();
    times.fresh().add(run.seconds() - later);
    if (reads.size() > 1) {
      times.inUse().add(reads.getLast().get("seconds").asDouble());
    }
  }

  private static void compare(
      String figure, double ours, String peer, List<Double> seconds, Double times) {
    double theirs = Times.rows(seconds);
    Double goal = times == null ? null : times * theirs;
    Figure.more("ingest", figure, "rows/s", ours, peer, theirs, goal).print();
  }
}
