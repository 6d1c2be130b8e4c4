package io.tunemesh.platform.work;

import java.util.concurrent.CountDownLatch;

/** Keeps every carrier of virtual threads busy until it is closed. */
final class Busy implements AutoCloseable {

  private volatile boolean over;

  Busy() throws InterruptedException {
    int carriers = Runtime.getRuntime().availableProcessors();
    CountDownLatch begun = new CountDownLatch(carriers);
    for (int i = 0; i < carriers; i++) {
      Thread.ofVirtual()
          .start(
              () -> {
                begun.countDown();
                while (!over) {
                  Thread.onSpinWait();
                }
              });
    }
    begun.await();
  }

  @Override
  public void close() {
    over = true;
  }
}
