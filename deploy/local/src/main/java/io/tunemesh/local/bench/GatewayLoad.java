package io.tunemesh.local.bench;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Asks one address many questions, and says how long it took. */
final class GatewayLoad implements AutoCloseable {

  private static final String SENT = "\"sent\":";

  private final GatewayClient client;

  GatewayLoad(String url, String key) {
    this.client = new GatewayClient(url, key);
  }

  /** What came of some questions; times in milliseconds. */
  record Outcome(List<Double> times, int failures, double seconds) {

    double percentile(double p) {
      return Percentile.of(p, times);
    }

    double perSecond() {
      return times.size() / seconds;
    }
  }

  /** So many askers, each asking again as soon as it is answered. */
  Outcome closed(int askers, double seconds) throws InterruptedException {
    Times times = new Times();
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
    Times times = new Times();
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
      client
          .ask(GatewayEngine.MODEL)
          .onComplete(
              status -> {
                note(status, due, times, failures);
                done.countDown();
              });
    }
    done.await();
    return outcome(times, failures, start);
  }

  /** What came of streams; times in milliseconds. */
  record Streams(List<Double> first, List<Double> late, int failures) {

    static final Streams NONE = new Streams(List.of(), List.of(), 0);

    Streams and(Streams others) {
      return new Streams(
          Stream.concat(first.stream(), others.first.stream()).toList(),
          Stream.concat(late.stream(), others.late.stream()).toList(),
          failures + others.failures);
    }

    int frames() {
      return late.size();
    }
  }

  /** So many streams at once, each of so many frames. */
  Streams streams(int streams, int frames) throws InterruptedException {
    Times first = new Times();
    Times late = new Times();
    AtomicInteger failures = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(streams);
    for (int i = 0; i < streams; i++) {
      long start = System.nanoTime();
      client.stream(GatewayEngine.MODEL, frames, response -> read(response, start, first, late))
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
    return new Streams(first.list(), late.list(), failures.get());
  }

  @Override
  public void close() {
    client.close();
  }

  private void again(long until, Times times, AtomicInteger failures, CountDownLatch done) {
    long start = System.nanoTime();
    if (start > until) {
      done.countDown();
      return;
    }
    client
        .ask(GatewayEngine.MODEL)
        .onComplete(
            status -> {
              note(status, start, times, failures);
              again(until, times, failures, done);
            });
  }

  private static void note(
      AsyncResult<Integer> status, long start, Times times, AtomicInteger failures) {
    if (status.succeeded() && status.result() == 200) {
      times.add((System.nanoTime() - start) / 1e6);
    } else {
      failures.incrementAndGet();
    }
  }

  private static Outcome outcome(Times times, AtomicInteger failures, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Outcome(times.list(), failures.get(), seconds);
  }

  private static Future<Void> read(
      HttpClientResponse response, long start, Times first, Times late) {
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
          }
        });
    return response.end();
  }
}
