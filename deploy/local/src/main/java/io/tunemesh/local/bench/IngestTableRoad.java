package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.local.Fault;
import io.tunemesh.local.demo.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The whole road of a table by HTTP, which does more than {@link IngestTables}: it stores every
 * step with its digest, makes the dataset's lineage, its report and its parts, and counts every
 * example in the base model's tokens, which alone takes its tokenizer many times as long as all
 * else.
 */
final class IngestTableRoad {

  private final Api api;

  IngestTableRoad(Api api) {
    this.api = api;
  }

  void run(IngestTables.Measured table) throws IOException, InterruptedException {
    double mega = Files.size(table.table()) / 1e6;
    IngestTables.print(
        table.figure() + ", upload to dataset by HTTP", mega / road(table.table()), table.theirs());
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
}
