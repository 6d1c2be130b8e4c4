package io.tunemesh.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunemesh.local.Fault;
import io.tunemesh.local.MeshState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * The mesh's HTTP API as a client sees it. An answer that is no success is a {@link Fault} with the
 * server's message.
 */
public final class Api {

  public static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String url;
  private final String key;

  public Api(MeshState mesh) {
    this(mesh.url(), mesh.key());
  }

  public Api(String url, String key) {
    this.url = url;
    this.key = key;
  }

  /** {@code GET path}. */
  public JsonNode get(String path) throws IOException, InterruptedException {
    return JSON.readTree(text(path));
  }

  /** {@code GET path} as text. */
  public String text(String path) throws IOException, InterruptedException {
    return send(request(path).GET().build());
  }

  /** {@code POST path} with a JSON body. */
  public JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    return JSON.readTree(
        send(
            request(path)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build()));
  }

  /** Uploads a file with OpenAI's multipart form and {@code fields}. */
  public JsonNode upload(Path file, Map<String, String> fields)
      throws IOException, InterruptedException {
    String boundary = "mesh-" + UUID.randomUUID();
    StringBuilder head = new StringBuilder();
    fields.forEach(
        (name, text) ->
            head.append(
                "--%s\r\ncontent-disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                    .formatted(boundary, name, text)));
    head.append(
        "--%s\r\ncontent-disposition: form-data; name=\"file\"; filename=\"%s\"\r\ncontent-type: application/octet-stream\r\n\r\n"
            .formatted(boundary, file.getFileName()));
    return JSON.readTree(
        send(
            request("/v1/files")
                .header("content-type", "multipart/form-data; boundary=" + boundary)
                .POST(
                    BodyPublishers.concat(
                        BodyPublishers.ofString(head.toString(), StandardCharsets.UTF_8),
                        BodyPublishers.ofFile(file),
                        BodyPublishers.ofString("\r\n--" + boundary + "--\r\n")))
                .build()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .header("authorization", "Bearer " + key)
        .timeout(Duration.ofSeconds(120));
  }

  private String send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new Fault(
          "%s %s answered %d: %s"
              .formatted(
                  request.method(),
                  request.uri().getPath(),
                  response.statusCode(),
                  response.body()));
    }
    return response.body();
  }
}
