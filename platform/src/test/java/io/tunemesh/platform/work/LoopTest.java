package io.tunemesh.platform.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopTest {

  private static final Duration NEVER = Duration.ofHours(1);

  private final Semaphore steps = new Semaphore(0);

  @Test
  void keepsAWakeUpFromBeforeItsStart() throws InterruptedException {
    try (Loop loop = new Loop("test", NEVER, steps::release)) {
      loop.wake();
      loop.start();

      assertThat(steps.tryAcquire(2, 60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void keepsAWakeUpThatComesDuringAStep() throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    Runnable step =
        () -> {
          steps.release();
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    try (Loop loop = new Loop("test", NEVER, step)) {
      loop.start();
      steps.acquire();
      loop.wake();
      go.countDown();

      assertThat(steps.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void runsWhileEveryCarrierOfVirtualThreadsComputes() throws InterruptedException {
    try (Busy busy = new Busy();
        Loop loop = new Loop("test", Duration.ofMillis(1), steps::release)) {
      loop.start();

      assertThat(steps.tryAcquire(3, 60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void goesOnAfterAStepThatThrows() throws InterruptedException {
    Runnable step =
        () -> {
          steps.release();
          throw new IllegalStateException("told to fail");
        };
    try (Loop loop = new Loop("test", Duration.ofMillis(1), step)) {
      loop.start();

      assertThat(steps.tryAcquire(3, 60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void endsTheStepThatRunsWhenItIsClosed() {
    CountDownLatch interrupted = new CountDownLatch(1);
    Loop loop =
        new Loop(
            "test",
            NEVER,
            () -> {
              steps.release();
              try {
                Thread.sleep(NEVER);
              } catch (InterruptedException e) {
                interrupted.countDown();
                Thread.currentThread().interrupt();
              }
            });
    loop.start();
    steps.acquireUninterruptibly();

    loop.close();

    assertThat(interrupted.getCount()).isZero();
  }
}
