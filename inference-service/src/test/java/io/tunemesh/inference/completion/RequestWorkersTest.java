package io.tunemesh.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A replica whose lease ran out claims its own request once more. */
class RequestWorkersTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final long REQUEST = 7;

  private final BlockingQueue<InferenceRequest> due =
      new LinkedBlockingQueue<>(List.of(claimed(1), claimed(2)));
  private final Map<Long, CountDownLatch> answers =
      Map.of(1L, new CountDownLatch(1), 2L, new CountDownLatch(1));
  private final BlockingQueue<Map<Long, Long>> renewed = new LinkedBlockingQueue<>();
  private final Map<Long, Boolean> settled = new ConcurrentHashMap<>();
  private RequestWorkers workers;

  @BeforeEach
  void start() {
    InferenceRequests requests =
        new InferenceRequests(null, null, null, null) {
          @Override
          Optional<InferenceRequest> claim() {
            return Optional.ofNullable(due.poll());
          }

          @Override
          void renewLeases(Map<Long, Long> running) {
            renewed.add(running);
          }

          @Override
          void forgetOld() {}

          @Override
          void settle(InferenceRequest claimed, RequestOutcome outcome) {
            settled.put(claimed.fence(), true);
          }
        };
    RequestAnswer answer =
        new RequestAnswer(null, null) {
          @Override
          RequestOutcome to(InferenceRequest request) throws InterruptedException {
            answers.get(request.fence()).await();
            return new RequestOutcome.Failure(Problems.internal());
          }
        };
    workers = new RequestWorkers(requests, answer, config());
    workers.start(null);
  }

  @AfterEach
  void stop() throws InterruptedException {
    answers.values().forEach(CountDownLatch::countDown);
    workers.stop(null);
  }

  @Test
  void keepsTheLaterClaimWhenTheEarlierEnds() {
    await().atMost(SOON).until(() -> renewed.contains(Map.of(REQUEST, 2L)));

    answers.get(1L).countDown();
    await().atMost(SOON).until(() -> settled.containsKey(1L));

    renewed.clear();
    await().atMost(SOON).until(() -> renewed.size() > 3);
    assertThat(renewed).allMatch(Map.of(REQUEST, 2L)::equals);
    answers.get(2L).countDown();
    await().atMost(SOON).until(() -> renewed.contains(Map.of()));
  }

  private static InferenceRequest claimed(long fence) {
    return new InferenceRequest() {
      @Override
      Long seq() {
        return REQUEST;
      }

      @Override
      long fence() {
        return fence;
      }
    };
  }

  private static CompletionConfig config() {
    return (CompletionConfig)
        Proxy.newProxyInstance(
            RequestWorkersTest.class.getClassLoader(),
            new Class<?>[] {CompletionConfig.class},
            (proxy, method, given) ->
                switch (method.getName()) {
                  case "concurrency" -> 2;
                  case "lease" -> Duration.ofMillis(60);
                  case "pause" -> Duration.ofMillis(20);
                  default -> throw new AssertionError(method);
                });
  }
}
