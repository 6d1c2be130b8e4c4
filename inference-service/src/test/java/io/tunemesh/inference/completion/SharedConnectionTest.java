package io.tunemesh.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.testing.OpenRequests;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that share one HTTP/2 connection. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class SharedConnectionTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final long INTERNAL_ERROR = 2;

  @Inject OpenRequests requests;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final StubEngine engine = StubEngineResource.engine();
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http =
      vertx.createHttpClient(
          new HttpClientOptions()
              .setProtocolVersion(HttpVersion.HTTP_2)
              .setHttp2ClearTextUpgrade(false)
              .setHttp2MaxPoolSize(1));

  private static final class Answer {

    private final StringBuffer text = new StringBuffer();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile HttpConnection connection;
  }

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void areNotHurtWhenOneOfThemIsBrokenOff() {
    Answer first = ask(true);
    await().atMost(SOON).until(() -> engine.openStreams() == 1);
    Answer second = ask(true);
    await().atMost(SOON).until(() -> engine.openStreams() == 2);

    engine.breakStream();

    assertThatThrownBy(first.end::join)
        .hasRootCauseInstanceOf(StreamResetException.class)
        .rootCause()
        .isInstanceOfSatisfying(
            StreamResetException.class,
            reset -> assertThat(reset.getCode()).isEqualTo(INTERNAL_ERROR));
    assertThat(first.text.toString()).contains("engine_interrupted").doesNotContain("[DONE]");
    Answer third = ask(false);
    third.end.join();
    assertThat(third.text.toString()).contains("base:hello");
    engine.frame("whole");
    engine.endStream();
    second.end.join();
    assertThat(second.text.toString()).contains("whole").endsWith("data: [DONE]\n\n");
    assertThat(second.connection).isSameAs(first.connection).isSameAs(third.connection);
    await().atMost(SOON).until(() -> requests.count() == 0);
  }

  private Answer ask(boolean stream) {
    Answer answer = new Answer();
    String body =
        Scenario.request(StubEngine.BASE).replaceFirst("\\{", "{\"stream\": " + stream + ", ");
    http.request(new RequestOptions().setMethod(HttpMethod.POST).setAbsoluteURI(chatUrl.toString()))
        .compose(
            request -> {
              answer.connection = request.connection();
              return request
                  .putHeader("Authorization", "Bearer " + MeshResource.KEY)
                  .putHeader("Content-Type", "application/json")
                  .send(body);
            })
        .onSuccess(
            response -> {
              response.handler(bytes -> answer.text.append(bytes.toString()));
              response.exceptionHandler(answer.end::completeExceptionally);
              response.endHandler(end -> answer.end.complete(null));
            })
        .onFailure(answer.end::completeExceptionally);
    return answer;
  }
}
