package io.tunemesh.platform.work;

/**
 * Runs something as soon as this process is told to end. A {@code ShutdownEvent} comes when Quarkus
 * has waited for open requests, such as a download, which may take as long as it waits at most.
 */
public final class Leaving implements AutoCloseable {

  private final Thread hook;

  private Leaving(Thread hook) {
    this.hook = hook;
  }

  /**
   * Runs {@code task} when the process ends, at once and on a thread of its own, beside whatever
   * else ends then.
   *
   * @param name of the thread, for logs
   */
  public static Leaving first(String name, Runnable task) {
    Thread hook = new Thread(task, name);
    Runtime.getRuntime().addShutdownHook(hook);
    return new Leaving(hook);
  }

  /** The process may go on without it, as in a test. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // it runs, or has run
      return;
    }
  }
}
