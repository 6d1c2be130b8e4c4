package io.tunemesh.local.bench;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Asks one address, and says how long it took. */
final class GatewayLoad implements AutoCloseable {

  private static final String SENT = "\"sent\":";

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final HttpClient client =
      vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(600).setConnectTimeout(2000));
  private final Context loop = vertx.getOrCreateContext();
  private final String url;
  private final String key;

  GatewayLoad(String url, String key) {
    this.url = url;
    this.key = key;
  }

  /** What came of some questions; times in milliseconds, sorted. */
  record Outcome(List<Double> times, int failures, double seconds) {

    double percentile(double p) {
      return times.isEmpty()
          ? Double.NaN
          : times.get((int) Math.min(times.size() - 1, Math.ceil(p * times.size()) - 1));
    }

    double perSecond() {
      return times.size() / seconds;
    }
  }

  /** So many askers, each asking again as soon as it is answered. */
  Outcome closed(int askers, double seconds) throws InterruptedException {
    List<Double> times = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger failures = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(askers);
    long start = System.nanoTime();
    long until = start + (long) (seconds * 1e9);
    for (int i = 0; i < askers; i++) {
      again(until, times, failures, done);
    }
    done.await();
    return outcome(times, failures, start);
  }

  /** So many questions a second; the clock starts when each is due. */
  Outcome open(double rate, double seconds) throws InterruptedException {
    List<Double> times = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger failures = new AtomicInteger();
    int count = (int) (rate * seconds);
    CountDownLatch done = new CountDownLatch(count);
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long due = start + (long) (i * 1e9 / rate);
      long wait = due - System.nanoTime();
      if (wait > 0) {
        LockSupport.parkNanos(wait);
      }
      ask(GatewayEngine.MODEL)
          .onComplete(
              status -> {
                note(status, due, times, failures);
                done.countDown();
              });
    }
    done.await();
    return outcome(times, failures, start);
  }

  /** What came of streams. */
  record Streams(List<Double> first, List<Double> late, long frames, int failures) {}

  /** So many streams at once, each of so many frames. */
  Streams streams(int streams, int frames) throws InterruptedException {
    List<Double> first = Collections.synchronizedList(new ArrayList<>());
    List<Double> late = Collections.synchronizedList(new ArrayList<>());
    AtomicLong seen = new AtomicLong();
    AtomicInteger failures = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(streams);
    for (int i = 0; i < streams; i++) {
      long start = System.nanoTime();
      String question = question(GatewayEngine.MODEL, ",\"stream\":true,\"max_tokens\":" + frames);
      send(question, response -> read(response, start, first, late, seen))
          .onComplete(
              result -> {
                if (result.failed()) {
                  failures.incrementAndGet();
                }
                done.countDown();
              });
      LockSupport.parkNanos(1_000_000);
    }
    done.await();
    Collections.sort(first);
    Collections.sort(late);
    return new Streams(first, late, seen.get(), failures.get());
  }

  /** One question for {@code model}; the status of its answer. */
  Future<Integer> ask(String model) {
    return send(question(model, ""), response -> response.body().map(any -> response.statusCode()));
  }

  /** Whether {@code model} answers a question. */
  boolean answers(String model) throws Exception {
    return ask(model).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS) == 200;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void again(long until, List<Double> times, AtomicInteger failures, CountDownLatch done) {
    long start = System.nanoTime();
    if (start > until) {
      done.countDown();
      return;
    }
    ask(GatewayEngine.MODEL)
        .onComplete(
            status -> {
              note(status, start, times, failures);
              again(until, times, failures, done);
            });
  }

  private static void note(
      AsyncResult<Integer> status, long start, List<Double> times, AtomicInteger failures) {
    if (status.succeeded() && status.result() == 200) {
      times.add((System.nanoTime() - start) / 1e6);
    } else {
      failures.incrementAndGet();
    }
  }

  private static Outcome outcome(List<Double> times, AtomicInteger failures, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    List<Double> sorted = new ArrayList<>(times);
    Collections.sort(sorted);
    return new Outcome(sorted, failures.get(), seconds);
  }

  /** All on the event loop, so that an answer is read before its first byte can pass by. */
  private <T> Future<T> send(String question, Function<HttpClientResponse, Future<T>> reading) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(url + "/v1/chat/completions")
            .putHeader("authorization", "Bearer " + key)
            .putHeader("content-type", "application/json");
    Promise<T> read = Promise.promise();
    loop.runOnContext(
        any ->
            client
                .request(options)
                .compose(request -> request.send(Buffer.buffer(question)).compose(reading))
                .onComplete(read));
    return read.future();
  }

  private static String question(String model, String more) {
    return "{\"model\":\""
        + model
        + "\",\"temperature\":0.2,\"messages\":[{\"role\":\"user\",\"content\":\""
        + "Which of these is right, and why? ".repeat(8)
        + "\"}]"
        + more
        + "}";
  }

  private static Future<Void> read(
      HttpClientResponse response,
      long start,
      List<Double> first,
      List<Double> late,
      AtomicLong seen) {
    StringBuilder rest = new StringBuilder();
    boolean[] begun = {false};
    response.handler(
        bytes -> {
          long now = System.nanoTime();
          if (!begun[0]) {
            begun[0] = true;
            first.add((now - start) / 1e6);
          }
          rest.append(bytes);
          int whole = rest.lastIndexOf("\n") + 1;
          String text = rest.substring(0, whole);
          rest.delete(0, whole);
          for (int at = text.indexOf(SENT); at >= 0; at = text.indexOf(SENT, at + 1)) {
            int from = at + SENT.length();
            long sent = Long.parseLong(text, from, text.indexOf('}', from), 10);
            late.add((now - sent) / 1e6);
            seen.incrementAndGet();
          }
        });
    return response.end();
  }
}
