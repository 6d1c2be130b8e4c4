package io.tunemesh.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import io.tunemesh.parts.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The process of inference-service, which may be started again with other settings. */
final class GatewayService implements AutoCloseable {

  /** What its image takes of a limit of 1 GiB, set as {@code deploy/compose.yaml} sets it. */
  private static final List<String> HEAP = List.of("-Xms614m", "-Xmx614m", "-XX:NewRatio=1");

  private final Home home;
  private final Path folder;
  private final String key;
  private final Map<String, String> environment;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process process;
  private int port;

  /**
   * A service that is not started yet.
   *
   * @param folder where its log is written
   * @param key of its administrator
   */
  GatewayService(Home home, Path folder, String key, Map<String, String> environment) {
    this.home = home;
    this.folder = folder;
    this.key = key;
    this.environment = environment;
  }

  /** Starts it in place of the one before, and waits until it answers. */
  void start(String model, List<String> settings) throws IOException, InterruptedException {
    close();
    port = Ports.free();
    List<String> command = new ArrayList<>();
    command.add(Home.java());
    command.addAll(HEAP);
    command.add("-XX:+UseSerialGC");
    settings.stream().map("-D"::concat).forEach(command::add);
    command.addAll(List.of("-jar", home.jar("inference-service").toString()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("service.log").toFile()));
    builder.environment().putAll(environment);
    builder.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
    builder.environment().put("TUNEMESH_ENGINE_MODEL", model);
    process = BenchProcess.begin(builder);
    await("inference-service does not answer", () -> get("/v1/models").statusCode() == 200);
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Sets the rules of a model. */
  void rules(String model, String rules) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(
            request("/v1/rules/" + model)
                .header("content-type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(rules)));
    if (answer.statusCode() >= 300) {
      throw new Fault("The rules are not taken: " + answer.body());
    }
  }

  /** Waits until it serves all of {@code models}. */
  void awaitServed(List<String> models) throws InterruptedException {
    await("the adapters are not served", () -> served().containsAll(models));
  }

  @Override
  public void close() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  private Set<String> served() throws IOException, InterruptedException {
    Set<String> ids = new HashSet<>();
    new ObjectMapper()
        .readTree(get("/v1/models").body())
        .path("data")
        .forEach(model -> ids.add(model.path("id").asText()));
    return ids;
  }

  private void await(String otherwise, BenchProcess.Attempt attempt) throws InterruptedException {
    BenchProcess.await(otherwise, process, attempt);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url() + path))
        .header("authorization", "Bearer " + key);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
