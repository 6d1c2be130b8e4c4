package io.tunemesh.inference.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A database that takes what it is asked and says nothing, as one that was stopped. */
class SilentDatabaseTest {

  private static final long LIMIT = 60;

  private final AtomicInteger draws = new AtomicInteger();
  private final AtomicInteger gifts = new AtomicInteger();
  private final CountDownLatch speaks = new CountDownLatch(1);
  private final Bucket bucket = new Bucket("silent", new Silent());

  @AfterEach
  void speaks() {
    speaks.countDown();
  }

  @Test
  void letsQuestionsPassAndIsAskedOnce() throws Exception {
    assertThat(atOnce(20)).containsOnly(Bucket.UNASKED);
    assertThat(atOnce(20)).containsOnly(Bucket.UNASKED);

    assertThat(draws).hasValue(1);
  }

  @Test
  void isAskedAgainWhenItSpeaks() throws Exception {
    atOnce(20);

    speaks.countDown();

    await().atMost(Duration.ofMinutes(1)).until(() -> bucket.take(LIMIT, LIMIT) > 0);
  }

  @Test
  void holdsUpNoQuestionWhileItIsGivenBackWhatIsHeld() throws Exception {
    bucket.settle(5);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        AutoCloseable firstOfAll = speaks::countDown) {
      var giving = threads.submit(() -> bucket.rest(0));
      await().atMost(Duration.ofMinutes(1)).until(() -> gifts.get() == 1);

      assertThat(atOnce(20)).containsOnly(Bucket.UNASKED);
      assertThat(giving).isNotDone();

      speaks.countDown();
      giving.get();
    }
  }

  private List<Double> atOnce(int count) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Double>> takes =
          IntStream.range(0, count)
              .<Callable<Double>>mapToObj(i -> () -> bucket.take(1, LIMIT))
              .toList();
      return threads.invokeAll(takes).stream().map(taken -> taken.resultNow()).toList();
    }
  }

  private final class Silent extends SharedBuckets {

    private Silent() {
      super(null);
    }

    @Override
    Draw draw(String id, double perMinute, double need, double want) throws SQLException {
      draws.incrementAndGet();
      silence();
      return new Draw(0, 0);
    }

    @Override
    void give(String id, double perMinute, double amount) throws SQLException {
      gifts.incrementAndGet();
      silence();
    }

    private void silence() throws SQLException {
      try {
        speaks.await();
      } catch (InterruptedException e) {
        throw new SQLException(e);
      }
    }
  }
}
