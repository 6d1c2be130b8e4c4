package io.tunemesh.inference.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.inference.testing.RawStream;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Engines that say nothing more in the middle of a stream. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(value = PoolResource.class, restrictToAnnotatedClass = true)
class StalledStreamTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Inject Scenario scenario;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final List<StubEngine> engines = PoolResource.stubs();

  @BeforeEach
  @AfterEach
  void wellBehaved() {
    engines.forEach(StubEngine::behave);
  }

  @Test
  void endsWithAnErrorWhenItsEngineIsSilent() throws Exception {
    AdapterPublished published = scenario.serves("stalled-home");
    StubEngine home = PoolResource.holder(published);
    try (RawStream answer = new RawStream(chatUrl, Scenario.streamed(published.model()))) {
      await().atMost(SOON).until(() -> home.openStreams() == 1);
      home.frame("half of");
      answer.until("half of");

      home.beDeaf();

      // Any other limit would end it later.
      assertThat(answer.rest())
          .contains("engine_stalled")
          .containsPattern("nothing for [3-9] s")
          .doesNotContain("[DONE]");
      await().atMost(SOON).until(() -> home.openStreams() == 0);
      scenario.chat(published.model()).statusCode(200);
    }
  }
}
