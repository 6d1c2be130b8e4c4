package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.Home;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * How well labelled questions in Chinese and English find their passages, by words alone, by
 * meaning alone, and by both as in service; and how long a search of many chunks takes.
 */
final class RagBench {

  private static final String PACKAGE = "io.tunemesh.inference.knowledge.";
  private static final int CHUNKS = 20_000;
  private static final double P95_MS = 30;

  private final BenchProcess process;
  private final Path passages;
  private final Path questions;

  RagBench(Home home) {
    this.process = new BenchProcess(home);
    Path set = home.project().resolve("inference-service/bench/retrieval");
    this.passages = set.resolve("passages.tsv");
    this.questions = set.resolve("questions.tsv");
  }

  void run() throws IOException, InterruptedException {
    JsonNode quality =
        process.java("inference-service", PACKAGE + "RetrievalQuality", passages, questions);
    for (String figure : List.of("recall", "mrr")) {
      double fused = quality.at("/fused/" + figure).asDouble();
      for (String peer : List.of("sparse", "dense")) {
        double theirs = quality.at("/" + peer + "/" + figure).asDouble();
        String name = figure.equals("recall") ? "recall@5, fused" : "MRR, fused";
        Figure.more("rag", name, "share", fused, peer, theirs, null).print();
      }
    }
    JsonNode speed =
        process.java("inference-service", PACKAGE + "RetrievalSpeed", passages, questions, CHUNKS);
    String of = "search of %,d chunks, ".formatted(CHUNKS);
    double p50 = speed.get("p50_ms").asDouble();
    double p95 = speed.get("p95_ms").asDouble();
    Figure.less("rag", of + "p50", "ms", p50, null, null, null).print();
    Figure.less("rag", of + "p95", "ms", p95, null, null, P95_MS).print();
  }
}
