package io.tunemesh.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.inference.testing.OpenRequests;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class StreamingTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Scenario scenario;
  @Inject OpenRequests requests;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final String user = UUID.randomUUID().toString();
  private final StubEngine engine = StubEngineResource.engine();
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void relaysEachFrameWhenItComes() throws Exception {
    AdapterPublished published = scenario.serves("stream");

    HttpResponse<InputStream> response = stream(published.model());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type"))
        .hasValue("text/event-stream; charset=utf-8");
    try (BufferedReader frames = reader(response)) {
      assertThat(frame(frames)).contains("\"content\":\"\"");
      for (String word : List.of("one", "two", "三")) {
        engine.frame(word);
        // The engine sends the next frame only after this one has arrived.
        assertThat(frame(frames)).contains("\"content\":\"" + word + "\"");
      }
      engine.endStream();
      assertThat(frame(frames)).isEqualTo("data: [DONE]");
      assertThat(frames.readLine()).isEmpty();
      assertThat(frames.readLine()).isNull();
    }
    assertThat(wasCancelled()).isFalse();
  }

  @Test
  void tellsAClientThatTheStreamBrokeOff() throws Exception {
    HttpResponse<InputStream> response = stream(StubEngine.BASE);
    StringBuilder read = new StringBuilder();
    try (BufferedReader frames = reader(response)) {
      frame(frames);

      engine.breakStream();

      assertThat(catchThrowable(() -> frames.lines().forEach(read::append)))
          .hasRootCauseInstanceOf(IOException.class);
    }
    assertThat(read.toString()).contains("engine_interrupted").doesNotContain("[DONE]");
    await().atMost(SOON).until(() -> requests.count() == 0);
  }

  @Test
  void tellsOfUsageOnlyAsTheAskerWishes() throws Exception {
    String usage = "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}";
    String chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one\"}}],";
    String last = "data: {\"choices\":[]," + usage + "}\n\n";
    for (String options :
        List.of(
            "{}",
            "{\"include_usage\":true}",
            "{\"include_usage\":true,\"continuous_usage_stats\":true}")) {
      HttpResponse<InputStream> response =
          stream(StubEngine.BASE, "\"stream_options\": " + options + ", ");
      engine.raw(chunk + usage + "}\n\n");
      engine.raw(last);
      engine.endStream();

      String all = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(all.contains(last)).isEqualTo(options.contains("include"));
      assertThat(all.contains(chunk + usage)).isEqualTo(options.contains("continuous"));
      assertThat(all).contains(chunk.substring(0, chunk.length() - 1));
    }
  }

  @Test
  void tellsTheNameThatWasAskedWhereTheEngineSignsWithAnother() throws Exception {
    engine.bases = List.of("stub-other", StubEngine.BASE);
    int before = engine.listed.get();
    await().atMost(SOON).until(() -> engine.listed.get() > before + 2);
    HttpResponse<InputStream> response = stream(StubEngine.BASE);
    engine.raw("data: {\"model\":\"stub-other\",\"choices\":[]}\n\n");
    engine.endStream();

    String all = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(all).contains("\"model\":\"stub-base\"").doesNotContain("stub-other");
    scenario.chat(StubEngine.BASE).body("model", equalTo(StubEngine.BASE));
  }

  @Test
  void takesALastFrameWithoutItsBlankLineAndNoHalfOne() throws Exception {
    for (String last : List.of("data: {\"choices\":[]}\n", "data: [DONE]", "data: {\"choi")) {
      HttpResponse<InputStream> response = stream(StubEngine.BASE);
      engine.endStream(last);

      String all = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(all.contains(last.strip() + "\n\n")).isEqualTo(!last.endsWith("choi"));
      assertThat(all).endsWith("\n\n");
    }
  }

  @Test
  void tellsOfAStreamThatTheEngineHasBrokenOffThatItIsNotWhole() throws Exception {
    HttpResponse<InputStream> response = stream(StubEngine.BASE);
    engine.raw("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"so\"}}]}\n\n");
    engine.raw("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"abort\"}]}\n\n");
    engine.endStream();
    StringBuilder read = new StringBuilder();

    assertThat(catchThrowable(() -> reader(response).lines().forEach(read::append)))
        .hasRootCauseInstanceOf(IOException.class);

    assertThat(read.toString())
        .contains("\"so\"", "engine_interrupted")
        .doesNotContain("finish_reason", "[DONE]");
  }

  @Test
  void givesAnErrorInAStreamACodeThatClientsCanRead() throws Exception {
    HttpResponse<InputStream> response = stream(StubEngine.BASE);
    String error = "\"message\":\"too long\",\"type\":\"BadRequestError\",\"param\":null";
    engine.raw("data: {\"error\":{" + error + ",\"code\":400}}\n\n");
    engine.endStream();

    String all = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(all)
        .endsWith(
            "data: {\"error\":{" + error + ",\"code\":\"engine_error\"}}\n\ndata: [DONE]\n\n");
  }

  @Test
  void cancelsTheEnginesWorkWhenTheClientGoesAwayWhileItStreams() throws Exception {
    HttpResponse<InputStream> response = stream(StubEngine.BASE);
    frame(reader(response));

    response.body().close();

    await().atMost(SOON).until(this::wasCancelled);
    assertThat(engine.openStreams()).isZero();
  }

  @Test
  void cancelsTheEnginesWorkWhenTheClientGoesAwayBeforeTheAnswer() throws Exception {
    engine.hangs = true;
    byte[] body = request(StubEngine.BASE).getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(chatUrl.getHost(), chatUrl.getPort())) {
      String head =
          "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
              .formatted(MeshResource.KEY, body.length);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(body);
      await().atMost(SOON).until(() -> engine.asked.size() == 1);
    }

    // Sooner than the engine's answer would be given up.
    await().atMost(Duration.ofSeconds(8)).until(this::wasCancelled);
  }

  @Test
  void answersManyStreamsAtOnce() throws Exception {
    var streams =
        IntStream.range(0, 40)
            .mapToObj(i -> http.sendAsync(streaming(StubEngine.BASE, ""), lines()))
            .toList();
    await().atMost(SOON).until(() -> engine.openStreams() == 40);

    IntStream.range(0, 40).forEach(i -> engine.endStream());

    for (var stream : streams) {
      assertThat(stream.get().body().filter(line -> !line.isEmpty()))
          .last()
          .isEqualTo("data: [DONE]");
    }
  }

  private boolean wasCancelled() {
    return engine.cancelled.stream().anyMatch(body -> user.equals(body.getString("user")));
  }

  private String request(String model) {
    return Scenario.request(model).replaceFirst("\\{", "{\"user\": \"" + user + "\", ");
  }

  private HttpResponse<InputStream> stream(String model) throws Exception {
    return stream(model, "");
  }

  private HttpResponse<InputStream> stream(String model, String fields) throws Exception {
    return http.send(streaming(model, fields), HttpResponse.BodyHandlers.ofInputStream());
  }

  private static HttpResponse.BodyHandler<Stream<String>> lines() {
    return HttpResponse.BodyHandlers.ofLines();
  }

  private HttpRequest streaming(String model, String fields) {
    String body = request(model).replaceFirst("\\{", "{\"stream\": true, " + fields);
    return HttpRequest.newBuilder(chatUrl)
        .version(HttpClient.Version.HTTP_1_1)
        .header("Authorization", "Bearer " + MeshResource.KEY)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static BufferedReader reader(HttpResponse<InputStream> response) {
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  private static String frame(BufferedReader frames) throws IOException {
    String line = frames.readLine();
    while (line != null && line.isEmpty()) {
      line = frames.readLine();
    }
    return line;
  }
}
