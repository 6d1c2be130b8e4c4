package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tunemesh.parts.Ports;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The edge before services that have started or not. */
class EdgeTest {

  private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();

  @TempDir Path folder;

  private final int port = Ports.free();
  private final HttpClient client = HttpClient.newHttpClient();
  private Parts parts;
  private Edge edge;

  @BeforeEach
  void start() {
    Home home = new Home(PROJECT, folder);
    parts = new Parts(home, BaseModel.named(home, BaseModel.STARTER));
    edge = Edge.start(port, parts);
  }

  @AfterEach
  void end() {
    edge.close();
    client.close();
  }

  @Test
  void saysWhenToComeAgainToAServiceThatIsAway() throws Exception {
    HttpResponse<String> answer = send();

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("retry-after")).hasValue("5");
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(answer.headers().firstValue("x-request-id").orElseThrow()).startsWith("edge-");
    JsonNode error = new ObjectMapper().readTree(answer.body()).path("error");
    assertThat(error.path("type").asText()).isEqualTo("server_error");
    assertThat(error.path("code").asText()).isEqualTo("service_away");
  }

  @Test
  void passesOnWhatAServiceSaysOfItself() throws Exception {
    HttpServer service =
        HttpServer.create(new InetSocketAddress("127.0.0.1", parts.port("ingest-service")), 0);
    service.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Retry-After", "9");
          exchange.getResponseHeaders().set("x-request-id", "its-own");
          exchange.sendResponseHeaders(502, 4);
          exchange.getResponseBody().write("mine".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    service.start();
    try {
      HttpResponse<String> answer = send();

      assertThat(answer.statusCode()).isEqualTo(502);
      assertThat(answer.headers().firstValue("retry-after")).hasValue("9");
      assertThat(answer.headers().allValues("x-request-id")).containsExactly("its-own");
      assertThat(answer.body()).isEqualTo("mine");
    } finally {
      service.stop(0);
    }
  }

  private HttpResponse<String> send() throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/files"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[1 << 20]))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
