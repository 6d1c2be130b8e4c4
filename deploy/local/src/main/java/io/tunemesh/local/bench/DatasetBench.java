package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How fast the rows of exam workbooks are read, beside plain regular expressions in Python on the
 * same cells, which read fewer of them right. Neither clock counts the opening of the workbooks.
 */
final class DatasetBench {

  private static final int SEEDS = 5;
  private static final double OVER_REGEX = 20;
  private static final String ON_TWO = "rows_per_s_on_two";

  private final Home home;

  DatasetBench(Home home) {
    this.home = home;
  }

  void run() throws IOException, InterruptedException {
    Path folder = home.project().resolve("deploy/local/target/bench/exam");
    BenchProcess process = new BenchProcess(home);
    List<Object> arguments = new ArrayList<>();
    Path rows = Files.createDirectories(folder).resolve("rows");
    arguments.add(rows);
    for (int seed = 1; seed <= SEEDS; seed++) {
      Path books = folder.resolve("seed-" + seed);
      process.python("trainer-service/starter/make_workbooks.py", books, "--seed", seed);
      try (Stream<Path> files = Files.list(books)) {
        files.filter(file -> file.toString().endsWith(".xlsx")).sorted().forEach(arguments::add);
      }
    }
    JsonNode regex = process.python("dataset-service/bench/exam_regex.py", arguments.toArray());
    JsonNode ours = process.java("dataset-service", "io.tunemesh.dataset.exam.ExamSpeed", rows);
    print("exam rows, one thread", ours, "rows_per_s", "one process", regex, "rows_per_s");
    print("exam rows, two threads", ours, ON_TWO, "two processes", regex, ON_TWO);
    print("exam rows, two threads", ours, ON_TWO, "one process", regex, "rows_per_s");
    Figure.more(
            "dataset",
            "exam rows kept",
            "share",
            ours.get("kept_share").asDouble(),
            "regular expressions, right or wrong",
            regex.get("kept_share").asDouble(),
            null)
        .print();
    Figure.more(
            "dataset",
            "exam rows that become examples, two threads",
            "rows/s",
            kept(ours, ON_TWO),
            "regular expressions, one process, right or wrong",
            kept(regex, "rows_per_s"),
            null)
        .print();
  }

  /** What is given up costs little, so that only the rows that are kept tell how much is done. */
  private static double kept(JsonNode reader, String rate) {
    return reader.get(rate).asDouble() * reader.get("kept_share").asDouble();
  }

  private static void print(
      String figure, JsonNode ours, String own, String peer, JsonNode regex, String other) {
    double theirs = regex.get(other).asDouble();
    Figure.more(
            "dataset",
            figure,
            "rows/s",
            ours.get(own).asDouble(),
            "regular expressions, " + peer,
            theirs,
            OVER_REGEX * theirs)
        .print();
  }
}
