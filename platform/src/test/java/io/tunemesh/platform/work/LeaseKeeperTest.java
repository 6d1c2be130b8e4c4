package io.tunemesh.platform.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LeaseKeeperTest {

  private static final Claim CLAIM = new Claim("job-1", 7, "me");
  private static final Duration OFTEN = Duration.ofMillis(5);
  private static final Duration LONG = Duration.ofHours(1);

  private final Semaphore renewals = new Semaphore(0);
  private final Semaphore losses = new Semaphore(0);
  private final Semaphore settled = new Semaphore(0);

  @Test
  void renewsAgainAndAgain() throws InterruptedException {
    try (LeaseKeeper keeper = keeper(LONG, renewals::release)) {
      assertThat(renewals.tryAcquire(3, 60, TimeUnit.SECONDS)).isTrue();
      assertThatCode(keeper::check).doesNotThrowAnyException();
    }
  }

  @Test
  void renewsWhileEveryCarrierOfVirtualThreadsComputes() throws InterruptedException {
    try (Busy busy = new Busy();
        LeaseKeeper keeper = keeper(LONG, renewals::release)) {
      assertThat(renewals.tryAcquire(3, 60, TimeUnit.SECONDS)).isTrue();
      assertThat(keeper.lost()).isFalse();
    }
  }

  @Test
  void tellsAtOnceThatAnotherHasTheClaim() throws InterruptedException {
    try (LeaseKeeper keeper = keeper(LONG, this::another)) {
      assertThat(losses.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(keeper::check).isInstanceOf(LeaseLost.class).hasMessageContaining("job-1");
    }
  }

  @Test
  void isNotClosedWhileItEndsWhatItsHolderDid() throws InterruptedException {
    Semaphore ending = new Semaphore(0);
    AtomicBoolean ended = new AtomicBoolean();
    Runnable end =
        () -> {
          losses.release();
          ending.acquireUninterruptibly();
          ended.set(true);
        };
    LeaseKeeper keeper = new LeaseKeeper(CLAIM, LONG, OFTEN, this::another, end);
    assertThat(losses.tryAcquire(60, TimeUnit.SECONDS)).isTrue();

    Thread closing = Thread.ofPlatform().start(keeper::close);

    assertThat(closing.join(Duration.ofMillis(300))).isFalse();
    ending.release();
    assertThat(closing.join(Duration.ofSeconds(60))).isTrue();
    assertThat(ended).isTrue();
  }

  private void another() {
    throw new LeaseLost("job-1", 7);
  }

  @Test
  void outlivesADatabaseThatIsAwayForLessThanTheLease() throws InterruptedException {
    try (LeaseKeeper keeper = keeper(LONG, this::fail)) {
      assertThat(renewals.tryAcquire(3, 60, TimeUnit.SECONDS)).isTrue();
      assertThat(keeper.lost()).isFalse();
    }
  }

  @Test
  void isLostWhenItWasNotRenewedForTheWholeLease() throws InterruptedException {
    try (LeaseKeeper keeper = keeper(Duration.ofMillis(50), this::fail)) {
      assertThat(losses.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void isLostWhileTheDatabaseIsAskedAndSaysNothing() throws InterruptedException {
    try (LeaseKeeper keeper = keeper(Duration.ofSeconds(1), this::hearNothing)) {
      assertThat(losses.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      assertThat(keeper.lost()).isTrue();
      assertThat(renewals.availablePermits()).isEqualTo(1);
    } finally {
      settled.release();
    }
  }

  private void hearNothing() {
    renewals.release();
    settled.acquireUninterruptibly();
  }

  @Test
  void isNotLostOnceTheOutcomeIsBeingWritten() throws InterruptedException {
    try (LeaseKeeper keeper = keeper(Duration.ofSeconds(1), this::failWhenSettling)) {
      keeper.settle();
      settled.release();
      assertThat(renewals.tryAcquire(400, 60, TimeUnit.SECONDS)).isTrue();
      assertThat(keeper.lost()).isFalse();
    }
  }

  private void failWhenSettling() {
    settled.acquireUninterruptibly();
    settled.release();
    fail();
  }

  private void fail() {
    renewals.release();
    throw new IllegalStateException("the database is away");
  }

  private LeaseKeeper keeper(Duration length, Runnable renew) {
    return new LeaseKeeper(CLAIM, length, OFTEN, renew, losses::release);
  }
}
