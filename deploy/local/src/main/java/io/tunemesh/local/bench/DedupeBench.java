package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How fast near-duplicates are removed, and how many rightly, beside datasketch by its own default
 * hash and by a faster one. Each contender reads the same documents, keeps the first of those that
 * are alike and removes the others. Ours counts the start of its work in a cold process, reading
 * the file and taking the letters out of the texts; datasketch is given the letters.
 */
final class DedupeBench {

  private static final double SIMILARITY = 0.8;
  private static final double OVER_DATASKETCH = 10;

  private final Path folder;
  private final BenchProcess process;

  DedupeBench(Home home) {
    this.folder = home.project().resolve("deploy/local/target/bench");
    this.process = new BenchProcess(home);
  }

  /**
   * What a contender did.
   *
   * @param rate documents a second
   * @param recall the share of the copies as alike as asked for that it removed
   * @param precision the share of what it removed that are such copies
   */
  private record Result(double rate, double recall, double precision, double peak) {}

  void run() throws IOException, InterruptedException {
    Path documents = Files.createDirectories(folder).resolve("documents.txt");
    Map<Integer, Double> copies = DedupeDocuments.write(documents);
    Path removed = folder.resolve("removed.txt");
    String script = "dataset-service/bench/dedupe_datasketch.py";
    Result ours =
        result(
            process.javaOfService(
                "dataset-service",
                "io.tunemesh.dataset.clean.DedupeSpeed",
                documents,
                removed,
                SIMILARITY),
            removed,
            copies);
    Result slower =
        result(process.python(script, documents, removed, SIMILARITY, "sha1"), removed, copies);
    Result faster =
        result(process.python(script, documents, removed, SIMILARITY, "crc32"), removed, copies);
    compare(ours, slower, "datasketch", OVER_DATASKETCH);
    compare(ours, faster, "datasketch with crc32", null);
  }

  private static Result result(JsonNode said, Path removed, Map<Integer, Double> copies)
      throws IOException {
    Set<Integer> numbers =
        Files.readAllLines(removed).stream().map(Integer::valueOf).collect(Collectors.toSet());
    long alike = copies.values().stream().filter(similarity -> similarity >= SIMILARITY).count();
    long rightly =
        numbers.stream().filter(number -> copies.getOrDefault(number, 0.0) >= SIMILARITY).count();
    return new Result(
        DedupeDocuments.COUNT / said.get("seconds").asDouble(),
        (double) rightly / alike,
        (double) rightly / numbers.size(),
        said.get("peak_mb").asDouble());
  }

  private static void compare(Result ours, Result theirs, String peer, Double times) {
    Double goal = times == null ? null : times * theirs.rate();
    Figure.more("dedupe", "speed", "documents/s", ours.rate(), peer, theirs.rate(), goal).print();
    share("recall", ours.recall(), peer, theirs.recall());
    share("precision", ours.precision(), peer, theirs.precision());
    Figure.less("dedupe", "peak memory", "MB", ours.peak(), peer, theirs.peak(), null).print();
  }

  private static void share(String figure, double ours, String peer, double theirs) {
    Figure.more("dedupe", figure, "share", ours, peer, theirs, theirs).print();
  }
}
