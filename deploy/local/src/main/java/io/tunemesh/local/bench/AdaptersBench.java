package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.Arrays;
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

  private static final String MODEL = "tunemesh-starter";
  private static final String[] FILES = {"adapter_config.json", "adapter_model.safetensors"};
  private static final int FIRST = 3;
  private static final int ADAPTERS = 23;
  private static final long PATIENCE_NS = 120_000_000_000L;

  private final Home home;
  private final HttpClient http = HttpClient.newHttpClient();

  AdaptersBench(Home home) {
    this.home = home;
  }

  void run() throws Exception {
    try (GatewayGround ground = new GatewayGround(home)) {
      published(ground);
      new GatewayAdapters(ground).run();
    }
  }

  private void published(GatewayGround ground) throws Exception {
    Path made = Files.createDirectory(ground.folder().resolve("made"));
    Path model = home.project().resolve("trainer-service/starter/model");
    JsonNode names =
        new BenchProcess(home)
            .python("inference-service/bench/adapters/make.py", model, made, ADAPTERS);
    int port = Ports.free();
    Process engine = engine(model, port, ground.adapterRoot());
    try {
      await("http://127.0.0.1:" + port + "/health", engine);
      String url = ground.service(MODEL, List.of("http://127.0.0.1:" + port));
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
    List<Double> sorted = new ArrayList<>(seconds);
    Collections.sort(sorted);
    String what = "from AdapterPublished to the first tuned token, ";
    Figure.less("adapters", what + "p50", "s", sorted.get(sorted.size() / 2), null, null, 1.5)
        .print();
    Figure.less(
            "adapters",
            what + "slowest of " + sorted.size(),
            "s",
            sorted.getLast(),
            null,
            null,
            1.5)
        .print();
  }

  /** The clock runs from before the event is sent; the model is asked for until it is there. */
  private double firstToken(
      GatewayGround ground, String url, String name, Map<String, byte[]> files) throws Exception {
    long start = System.nanoTime();
    String model = ground.publish(name, MODEL, files);
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
                        .formatted(model)))
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

  private Process engine(Path model, int port, Path adapters) throws IOException {
    List<String> command = new ArrayList<>(List.of(home.python().toString(), "-m", "engine"));
    command.addAll(Arrays.asList("--model", model.toString(), "--served-model-name", MODEL));
    command.addAll(Arrays.asList("--host", "127.0.0.1", "--port", String.valueOf(port)));
    command.addAll(Arrays.asList("--adapter-root", adapters.toString(), "--max-loras", "8"));
    command.add("--exit-with-parent");
    Process process =
        new ProcessBuilder(command)
            .directory(home.project().resolve("inference-service/engine").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    GatewayGround.endWithThis(process);
    return process;
  }

  private void await(String health, Process engine) throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(health)).build();
    while (engine.isAlive()) {
      try {
        if (http.send(request, BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        // It loads the model first.
      }
      Thread.sleep(100);
    }
    throw new Fault("The engine did not start.");
  }
}
