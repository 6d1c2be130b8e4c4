package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.local.BaseModel;
import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import io.tunemesh.parts.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How soon a published adapter answers, with the engine of the project on the starter model; and
 * how many requests find their adapter loaded when more are in service than fit.
 */
final class AdaptersBench {

  private static final String[] FILES = {"adapter_config.json", "adapter_model.safetensors"};
  private static final int FIRST = 3;
  private static final int ADAPTERS = 23;
  private static final long PATIENCE_NS = 120_000_000_000L;

  private final Home home;
  private final BaseModel model;
  private final HttpClient http = HttpClient.newHttpClient();

  AdaptersBench(Home home) {
    this.home = home;
    this.model = BaseModel.named(home, BaseModel.STARTER);
  }

  void run() throws Exception {
    try (GatewayGround ground = new GatewayGround(home)) {
      published(ground);
      new GatewayAdapters(ground).run();
    }
  }

  private void published(GatewayGround ground) throws Exception {
    Path made = Files.createDirectory(ground.folder().resolve("made"));
    JsonNode names =
        new BenchProcess(home)
            .python("inference-service/bench/adapters/make.py", model.folder(), made, ADAPTERS);
    int port = Ports.free();
    Process engine = engine(port, ground.adapterRoot());
    try {
      String url = ground.service(model.id(), List.of("http://127.0.0.1:" + port));
      List<Double> seconds = new ArrayList<>();
      for (JsonNode name : names) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String file : FILES) {
          files.put(file, Files.readAllBytes(made.resolve(name.asText()).resolve(file)));
        }
        seconds.add(firstToken(ground, url, name.asText(), files));
      }
      report(seconds.subList(FIRST, seconds.size()));
    } finally {
      engine.destroyForcibly().waitFor();
    }
  }

  private static void report(List<Double> seconds) {
    String what = "from AdapterPublished to the first tuned token, ";
    Figure.less("adapters", what + "p50", "s", Percentile.of(0.5, seconds), null, null, 1.5)
        .print();
    Figure.less(
            "adapters",
            what + "slowest of " + seconds.size(),
            "s",
            Collections.max(seconds),
            null,
            null,
            1.5)
        .print();
  }

  /** The clock runs from before the event is sent; the model is asked for until it is there. */
  private double firstToken(
      GatewayGround ground, String url, String name, Map<String, byte[]> files) throws Exception {
    long start = System.nanoTime();
    String tuned = ground.publish(name, model.id(), files);
    HttpRequest question =
        HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
            .header("authorization", "Bearer " + GatewayGround.KEY)
            .header("content-type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    """
                    {"model": "%s", "stream": true, "max_tokens": 4,
                     "messages": [{"role": "user", "content": "Which is right?"}]}
                    """
                        .formatted(tuned)))
            .build();
    while (System.nanoTime() - start < PATIENCE_NS) {
      var answer = http.send(question, BodyHandlers.ofLines());
      try (Stream<String> lines = answer.body()) {
        if (answer.statusCode() == 200
            && lines.anyMatch(line -> line.contains("\"content\":") && !line.contains("\"\""))) {
          return (System.nanoTime() - start) / 1e9;
        }
      }
      Thread.sleep(5);
    }
    throw new Fault("A published adapter does not answer: " + name);
  }

  private Process engine(int port, Path adapters) throws IOException, InterruptedException {
    Process process =
        BenchProcess.begin(
            new ProcessBuilder(model.engine(home, port, adapters))
                .directory(BaseModel.engineFolder(home).toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD));
    HttpRequest health =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health")).build();
    BenchProcess.await(
        "The engine does not answer",
        process,
        () -> http.send(health, BodyHandlers.discarding()).statusCode() == 200);
    return process;
  }
}
