package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How fast a table becomes chats of which none lacks a question or an answer, beside pandas. Ours
 * are two processes, one after the other: ingest's reader makes records, and dataset's recipe makes
 * chats of them, with a reason for each row that it refuses. Theirs is one. All do it several
 * times: the first counts every start, the median of the last three none, as in services that are
 * up.
 */
final class IngestTables {

  private static final double OVER_PANDAS = 5;
  private static final int TIMES = 7;
  private static final String PANDAS =
      """
      import time
      started = time.time() - time.process_time()
      import json, os, sys, pandas
      path, chats = sys.argv[1:]
      for _ in range(4):
          if path.endswith(".csv"):
              table = pandas.read_csv(path, dtype=str, keep_default_na=False)
          else:
              table = pandas.read_json(path, lines=True, dtype=False)
          whole = table[(table["instruction"].str.strip() != "") & (table["output"].str.strip() != "")]
          with open(chats, "w", encoding="utf-8") as out:
              for asked, more, answer in zip(whole["instruction"], whole["input"], whole["output"]):
                  question = asked + "\\n" + more if more else asked
                  messages = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
                  out.write(json.dumps({"messages": messages}, ensure_ascii=False) + "\\n")
          print(json.dumps({"chats": len(whole), "seconds": time.time() - started}))
          os.remove(chats)
          started = time.time()
      """;

  private final IngestProcesses processes;
  private final Path folder;

  IngestTables(IngestProcesses processes, Path folder) {
    this.processes = processes;
    this.folder = folder;
  }

  /**
   * A table that was measured.
   *
   * @param theirs MB/s of pandas, every start counted
   */
  record Measured(String figure, Path table, double theirs) {}

  List<Measured> run() throws IOException, InterruptedException {
    return List.of(
        table("CSV to chats", IngestTable.of(folder, false)),
        table("JSON lines to chats", IngestTable.of(folder, true)));
  }

  private Measured table(String figure, Path table) throws IOException, InterruptedException {
    Path records = folder.resolve("ingest-records.jsonl");
    Path chats = folder.resolve("ingest-chats.jsonl");
    double mega = Files.size(table) / 1e6;
    List<Object> asked = new ArrayList<>(List.of("--records", records));
    asked.addAll(Collections.nCopies(TIMES, table));
    List<JsonNode> reads =
        processes
            .ours("ingest-service", "io.tunemesh.ingest.parse.ReadFile", asked.toArray())
            .lines();
    JsonNode answer = reads.getFirst().get("answer");
    if (answer.path("rows").asLong() != IngestTable.ROWS) {
      throw new Fault("The reader answered: " + answer);
    }
    BenchProcess.Run writing =
        processes.ours(
            "dataset-service",
            "io.tunemesh.dataset.build.WriteChats",
            answer.withObject("/reading").put("rows", IngestTable.ROWS),
            records,
            chats,
            "alpaca",
            TIMES);
    List<JsonNode> made = writing.lines();
    List<JsonNode> theirs = processes.python(PANDAS, table, chats).lines();
    if (made.getFirst().path("chats").asLong() != theirs.getFirst().path("chats").asLong()) {
      throw new Fault("Ours made %s, theirs %s.".formatted(made.getFirst(), theirs.getFirst()));
    }
    double later = made.stream().skip(1).mapToDouble(IngestTables::seconds).sum();
    print(
        figure + ", every start counted",
        mega / (seconds(reads.getFirst()) + writing.seconds() - later),
        mega / seconds(theirs.getFirst()));
    print(figure + ", processes in use", mega / (inUse(reads) + inUse(made)), mega / inUse(theirs));
    String use = figure + ", records by a reader in use";
    Figure.more("ingest", use, "MB/s", mega / inUse(reads), null, null, null).print();
    Files.delete(records);
    Files.deleteIfExists(chats);
    return new Measured(figure, table, mega / seconds(theirs.getFirst()));
  }

  /** Prints a figure of ours beside what pandas has. */
  static void print(String figure, double ours, double theirs) {
    Figure.more("ingest", figure, "MB/s", ours, "pandas", theirs, OVER_PANDAS * theirs).print();
  }

  private static double inUse(List<JsonNode> all) {
    List<JsonNode> last = all.subList(all.size() - 3, all.size());
    return Percentile.of(0.5, last.stream().map(IngestTables::seconds).toList());
  }

  private static double seconds(JsonNode said) {
    return said.get("seconds").asDouble();
  }
}
