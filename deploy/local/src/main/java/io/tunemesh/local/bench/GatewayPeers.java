package io.tunemesh.local.bench;

import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import io.tunemesh.parts.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Other proxies in front of the same engine, each in a process that ends with this object. */
final class GatewayPeers implements AutoCloseable {

  private final Home home;
  private final List<Process> processes = new ArrayList<>();

  GatewayPeers(Home home) {
    this.home = home;
  }

  /** Vert.x's own proxy, which only passes on. */
  String proxy(GatewayEngine engine) throws IOException, InterruptedException {
    int port = Ports.free();
    return started(
        port,
        new ProcessBuilder(
                Home.java(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                GatewayFloor.class.getName(),
                String.valueOf(port),
                engine.url().replaceAll(".*:", ""))
            .inheritIO());
  }

  /** LiteLLM's proxy, null where it is not installed; it takes a minute to start. */
  String litellm(GatewayEngine engine) throws IOException, InterruptedException {
    Path program = home.project().resolve(".mesh/litellm/bin/litellm");
    if (!Files.exists(program)) {
      return null;
    }
    Path config = Files.createTempFile("litellm", ".yaml");
    try {
      String model = GatewayEngine.MODEL;
      Files.writeString(
          config,
          """
          model_list:
            - model_name: %s
              litellm_params: {model: openai/%s, api_base: %s/v1, api_key: none}
          """
              .formatted(model, model, engine.url()));
      int port = Ports.free();
      List<String> command = new ArrayList<>(List.of(program.toString()));
      command.addAll(List.of("--config", config.toString()));
      command.addAll(List.of("--host", "127.0.0.1", "--port", String.valueOf(port)));
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder
          .environment()
          .putAll(
              Map.of(
                  "LITELLM_LOG", "ERROR",
                  "LITELLM_LOCAL_MODEL_COST_MAP", "True",
                  // It listens on loopback only, and a key would cost it time.
                  "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY", "true"));
      return started(port, builder.redirectOutput(ProcessBuilder.Redirect.DISCARD));
    } finally {
      Files.delete(config);
    }
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  private String started(int port, ProcessBuilder builder)
      throws IOException, InterruptedException {
    Process process = BenchProcess.begin(builder);
    processes.add(process);
    String url = "http://127.0.0.1:" + port;
    String what = "A peer of the benchmark does not answer, " + builder.command();
    try (GatewayClient client = new GatewayClient(url, GatewayGround.KEY)) {
      BenchProcess.await(what, process, () -> answers(client, what));
    }
    return url;
  }

  private static boolean answers(GatewayClient client, String what) throws InterruptedException {
    try {
      return client.answers(GatewayEngine.MODEL);
    } catch (ExecutionException notYet) {
      return false;
    } catch (TimeoutException e) {
      throw new Fault(what);
    }
  }
}
