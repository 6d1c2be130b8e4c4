package io.tunemesh.inference.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.quarkus.arc.Arc;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two buckets of one id are what two replicas have. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class BucketTest {

  /** So slow that nothing to speak of flows in during a test, however slow the machine. */
  private static final long LIMIT = 60;

  /** So long that no stall of the machine is taken for a database that is away. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Inject AgroalDataSource database;

  private final String id = "test:" + UUID.randomUUID();
  private final Bucket here = new Bucket(id, shared(), PATIENCE);
  private final Bucket there = new Bucket(id, shared(), PATIENCE);

  @Test
  void givesOutNoMoreThanTheLimitOnTwoReplicasTogether() throws Exception {
    long start = System.nanoTime();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> tries =
          IntStream.range(0, 400)
              .<Callable<Boolean>>mapToObj(
                  i -> () -> (i % 2 == 0 ? here : there).take(1, LIMIT) == 0)
              .toList();
      long given = 0;
      for (var result : threads.invokeAll(tries)) {
        given += result.get() ? 1 : 0;
      }
      double flowedIn = (System.nanoTime() - start) / 60e9 * LIMIT;

      // Below the limit by no more than what the other replica may hold.
      assertThat((double) given).isBetween(LIMIT - 3.0, LIMIT + flowedIn + 1);
    }
  }

  @Test
  void tellsWhenTheAmountWillBeThere() throws SQLException {
    assertThat(here.take(LIMIT, LIMIT)).isZero();

    assertThat(here.take(30, LIMIT)).isBetween(0.001, 30.0);
    assertThat(there.take(30, LIMIT)).isBetween(0.001, 30.0);
  }

  @Test
  void givesBackWhatAnIdleReplicaHolds() {
    assertThat(here.take(1, LIMIT)).isZero();
    assertThat(there.take(LIMIT - 2, LIMIT)).isPositive();

    here.rest(0);

    // It asks the shared bucket again after a second.
    await().atMost(PATIENCE).until(() -> there.take(LIMIT - 2, LIMIT) == 0);
  }

  @Test
  void paysADebtToTheSharedBucket() {
    assertThat(here.take(10, LIMIT)).isZero();

    here.settle(-LIMIT);
    here.rest(Long.MAX_VALUE);

    assertThat(there.take(LIMIT / 2, LIMIT)).isPositive();
  }

  @Test
  void isThereForALateCorrectionWhenItIsEmptyAndIdle() {
    assertThat(here.take(10, LIMIT)).isZero();

    assertThat(here.rest(0)).isFalse();
    here.settle(-LIMIT);

    assertThat(here.take(LIMIT / 2, LIMIT)).isPositive();
  }

  @Test
  void countsWhatManySettleAtOnce() throws Exception {
    assertThat(here.take(LIMIT, LIMIT)).isZero();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      IntStream.range(0, 80).forEach(i -> threads.submit(() -> here.settle(0.5)));
    }

    assertThat(here.left()).isGreaterThanOrEqualTo(40);
    assertThat(here.take(40, LIMIT)).isZero();
  }

  @Test
  void takesWhatIsHeldWithoutAskingTheDatabase() {
    assertThat(here.takeHeld(1, LIMIT)).isFalse();

    assertThat(here.take(1, LIMIT)).isZero();

    assertThat(here.takeHeld(1, LIMIT)).isTrue();
    assertThat(here.takeHeld(LIMIT, LIMIT)).isFalse();
    assertThat(here.left()).isGreaterThanOrEqualTo(LIMIT - 2.0).isLessThan(LIMIT - 1.0);
  }

  @Test
  void fillsByTheTimeThatPasses() throws SQLException {
    assertThat(here.take(LIMIT, LIMIT)).isZero();
    try (var connection = database.getConnection();
        var back =
            connection.prepareStatement(
                "UPDATE quota_bucket SET at = at - interval '30 seconds' WHERE id = ?")) {
      back.setString(1, id);
      back.executeUpdate();
    }

    assertThat(there.take(LIMIT / 2, LIMIT)).isZero();
    assertThat(there.take(LIMIT / 2, LIMIT)).isPositive();
  }

  @Test
  void refusesNobodyWhileTheDatabaseIsAway() {
    Bucket alone = new Bucket("x".repeat(10) + '\0', shared());

    assertThat(IntStream.range(0, 100).allMatch(i -> alone.take(1, 5) == Bucket.UNASKED)).isTrue();
  }

  @Test
  void forgivesWhatPassedWhileTheDatabaseWasAway() {
    AwayThenFull database = new AwayThenFull();
    Bucket alone = new Bucket("away", database, PATIENCE);
    assertThat(IntStream.range(0, 9).allMatch(i -> alone.take(LIMIT, LIMIT) <= 0)).isTrue();

    database.isAway = false;

    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(alone.take(1, LIMIT)).isNotPositive();
              return database.drawn;
            });
  }

  private static final class AwayThenFull extends SharedBuckets {

    private volatile boolean isAway = true;
    private volatile boolean drawn;

    private AwayThenFull() {
      super(null);
    }

    @Override
    Draw draw(String id, double perMinute, double need, double want) throws SQLException {
      if (isAway) {
        throw new SQLException("away");
      }
      drawn = true;
      double granted = need > perMinute ? 0 : Math.min(perMinute, want);
      return new Draw(granted, perMinute - granted);
    }
  }

  private SharedBuckets shared() {
    return Arc.container().instance(SharedBuckets.class).get();
  }
}
