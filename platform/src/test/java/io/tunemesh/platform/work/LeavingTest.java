package io.tunemesh.platform.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LeavingTest {

  @Test
  void isToldAtOnceWhateverElseTheEndWaitsFor() throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Waits.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.readLine()).isEqualTo("ready");
      // the process itself would close the streams
      process.toHandle().destroy();
      assertThat(said.readLine()).isEqualTo("leaving");
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

  /** Ends only by force, as a process whose open request never ends. */
  static final class Waits {

    public static void main(String[] arguments) throws InterruptedException {
      CountDownLatch never = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      never.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
      Leaving.first("leaving", () -> System.out.println("leaving"));
      System.out.println("ready");
      never.await();
    }
  }
}
