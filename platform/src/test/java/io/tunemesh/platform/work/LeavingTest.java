package io.tunemesh.platform.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeavingTest {

  @Test
  void isToldAtOnceWhateverElseTheEndWaitsFor() throws Exception {
    tellToEnd("told", "leaving");
  }

  @Test
  void aLoopOfWorkBeginsNothingMoreWhateverElseTheEndWaitsFor() throws Exception {
    tellToEnd("works", "nothing begins");
  }

  private static void tellToEnd(String what, String answer) throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Waits.class.getName(),
                what)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.readLine()).isEqualTo("ready");
      // the process itself would close the streams
      process.toHandle().destroy();
      assertThat(said.readLine()).isEqualTo(answer);
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatIsClosedIsNotTold() {
    Leaving leaving = Leaving.first("never", () -> {});
    leaving.close();
    leaving.close();
  }

  /** Ends only by force, or after a minute, as a process with an open request. */
  static final class Waits {

    public static void main(String[] arguments) throws InterruptedException {
      CountDownLatch never = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      never.await(1, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
      if (arguments[0].equals("told")) {
        Leaving.first("leaving", () -> System.out.println("leaving"));
        System.out.println("ready");
      } else {
        work();
      }
      never.await();
    }

    private static void work() {
      Semaphore steps = new Semaphore(0);
      Loop.ofWork("work", Duration.ofMillis(1), steps::release).start();
      steps.acquireUninterruptibly();
      Thread work = named("work");
      Runnable joins =
          () -> {
            try {
              work.join();
              System.out.println("nothing begins");
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          };
      Runtime.getRuntime().addShutdownHook(new Thread(joins));
      System.out.println("ready");
    }

    private static Thread named(String name) {
      return Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().equals(name))
          .findFirst()
          .orElseThrow();
    }
  }
}
