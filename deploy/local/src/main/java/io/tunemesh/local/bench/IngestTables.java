package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.local.Fault;
import io.tunemesh.local.demo.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How fast a table becomes chats of which none lacks a question or an answer, beside pandas. Ours
 * are two processes, one after the other: ingest's reader makes records, and dataset's recipe makes
 * chats of them, with a reason for each row that it refuses. Theirs is one. All do it several
 * times: the first counts every start, the last none, as in services that are up. Then the whole
 * road by HTTP, which does more: it stores every step with its digest, makes the dataset's lineage,
 * its report and its parts, and counts every example in the base model's tokens, which alone takes
 * its tokenizer many times as long as all else.
 */
final class IngestTables {

  private static final double OVER_PANDAS = 5;
  private static final int TIMES = 5;
  private static final String PANDAS =
      """
      import time
      started = time.time() - time.process_time()
      import json, os, sys, pandas
      path, chats = sys.argv[1:]
      for _ in range(2):
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
  private final Api api;
  private final Path folder;

  IngestTables(IngestProcesses processes, Api api, Path folder) {
    this.processes = processes;
    this.api = api;
    this.folder = folder;
  }

  void run() throws IOException, InterruptedException {
    table("CSV to chats", IngestTable.of(folder, false));
    table("JSON lines to chats", IngestTable.of(folder, true));
  }

  private void table(String figure, Path table) throws IOException, InterruptedException {
    Path records = folder.resolve("ingest-records.jsonl");
    Path chats = folder.resolve("ingest-chats.jsonl");
    double mega = Files.size(table) / 1e6;
    List<JsonNode> reads =
        processes
            .ours(
                "ingest-service",
                "io.tunemesh.ingest.parse.ReadFile",
                "--records",
                records,
                table,
                table,
                table)
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
    print(
        figure + ", processes in use",
        mega / (seconds(reads.getLast()) + seconds(made.getLast())),
        mega / seconds(theirs.getLast()));
    String use = figure + ", records by a reader in use";
    Figure.more("ingest", use, "MB/s", mega / seconds(reads.getLast()), null, null, null).print();
    print(
        figure + ", upload to dataset by HTTP",
        mega / road(table),
        mega / seconds(theirs.getFirst()));
    Files.delete(records);
    Files.deleteIfExists(chats);
  }

  /** Seconds from the first byte of the upload until the dataset is built. */
  private double road(Path table) throws IOException, InterruptedException {
    long start = System.nanoTime();
    String file = api.upload(table, Map.of("purpose", "fine-tune")).get("id").asText();
    ObjectNode wanted = Api.JSON.createObjectNode();
    wanted.putArray("sources").addObject().put("file", file).put("recipe", "alpaca");
    String dataset = api.post("/v1/datasets", wanted).get("id").asText();
    while (true) {
      JsonNode now = api.get("/v1/datasets/" + dataset);
      switch (now.get("status").asText()) {
        case "built" -> {
          return (System.nanoTime() - start) / 1e9;
        }
        case "rejected" -> throw new Fault("The mesh refused the table of the benchmark: " + now);
        default -> Thread.sleep(20);
      }
    }
  }

  private static void print(String figure, double ours, double theirs) {
    Figure.more("ingest", figure, "MB/s", ours, "pandas", theirs, OVER_PANDAS * theirs).print();
  }

  private static double seconds(JsonNode said) {
    return said.get("seconds").asDouble();
  }
}
