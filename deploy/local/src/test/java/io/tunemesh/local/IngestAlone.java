package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunemesh.parts.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** ingest-service in a process of its own, to be killed and started again at the same address. */
final class IngestAlone implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofMinutes(5);
  static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port = Ports.free();
  private final Ground ground;
  private Replica replica;

  IngestAlone(Ground ground) {
    this.ground = ground;
  }

  /** Returns when it is ready. */
  void start() throws IOException {
    Map<String, String> address = Map.of("QUARKUS_HTTP_PORT", String.valueOf(port));
    replica = ground.replica("ingest-service", "ingest-service", address);
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .failFast(() -> assertThat(replica.process().isAlive()).as(replica::said).isTrue())
        .until(() -> send(request("/q/health/ready").GET()).statusCode() == 200);
  }

  /** As {@code kill -9} does. */
  void kill() throws InterruptedException {
    replica.close();
  }

  @Override
  public void close() throws InterruptedException {
    if (replica != null) {
      kill();
    }
    http.shutdownNow();
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return JSON.readTree(text(path));
  }

  String text(String path) throws IOException, InterruptedException {
    return said(send(request(path).GET())).body();
  }

  JsonNode post(String path, Object body) throws IOException, InterruptedException {
    return JSON.readTree(said(send(posting(path, body))).body());
  }

  /** An answer that may never come. */
  CompletableFuture<HttpResponse<String>> ask(String path, Object body) throws IOException {
    return http.sendAsync(posting(path, body).build(), BodyHandlers.ofString());
  }

  /** Sends a part of an upload and returns its id. */
  String part(String upload, String text) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request("/v1/uploads/" + upload + "/parts")
            .header("content-type", "multipart/form-data; boundary=part")
            .POST(
                BodyPublishers.ofString(
                    "--part\r\n"
                        + "content-disposition: form-data; name=\"data\"; filename=\"part\"\r\n"
                        + "content-type: application/octet-stream\r\n\r\n"
                        + text
                        + "\r\n--part--\r\n"));
    return JSON.readTree(said(send(request)).body()).get("id").asText();
  }

  private HttpRequest.Builder posting(String path, Object body) throws IOException {
    return request(path)
        .header("content-type", "application/json")
        .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("authorization", "Bearer " + ground.key())
        .timeout(PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> said(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response;
  }
}
