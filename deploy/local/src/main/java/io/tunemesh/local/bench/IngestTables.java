package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.Fault;
import io.tunemesh.local.demo.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How fast a table becomes chats of which none lacks a question or an answer, beside pandas. Ours
 * are two fresh processes, one after the other: ingest's reader makes records, and dataset's recipe
 * makes chats of them, with a reason for each row that it refuses. Theirs is one; every start
 * counts. Besides, how fast a reader is that has read before, as in a service.
 */
final class IngestTables {

  private static final double OVER_PANDAS = 5;
  private static final String PANDAS =
      """
      import json, sys, pandas
      path, chats = sys.argv[1:]
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
      print(len(whole))
      """;

  private final IngestProcesses processes;
  private final Path folder;

  IngestTables(IngestProcesses processes, Path folder) {
    this.processes = processes;
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
    String[] reads =
        processes
            .ours(
                "ingest-service",
                "io.tunemesh.ingest.parse.ReadFile",
                "--records",
                records,
                table,
                table)
            .said()
            .split("\n");
    JsonNode first = Api.JSON.readTree(reads[0]);
    JsonNode answer = first.get("answer");
    if (answer.path("rows").asLong() != IngestTable.ROWS) {
      throw new Fault("The reader answered: " + answer);
    }
    IngestProcesses.Run made =
        processes.ours(
            "dataset-service",
            "io.tunemesh.dataset.build.WriteChats",
            answer.withObject("/reading").put("rows", IngestTable.ROWS),
            records,
            chats,
            "alpaca");
    IngestProcesses.Run theirs = processes.python(PANDAS, table, chats);
    if (Api.JSON.readTree(made.said()).path("chats").asLong() != Long.parseLong(theirs.said())) {
      throw new Fault("Ours made %s, theirs %s chats.".formatted(made.said(), theirs.said()));
    }
    double ours = first.get("seconds").asDouble() + made.seconds();
    double rate = mega / theirs.seconds();
    Figure.more("ingest", figure, "MB/s", mega / ours, "pandas", rate, OVER_PANDAS * rate).print();
    double again = Api.JSON.readTree(reads[1]).get("seconds").asDouble();
    Figure.more(
            "ingest",
            figure + ", records by a reader in use",
            "MB/s",
            mega / again,
            null,
            null,
            null)
        .print();
    Files.delete(records);
    Files.delete(chats);
  }
}
