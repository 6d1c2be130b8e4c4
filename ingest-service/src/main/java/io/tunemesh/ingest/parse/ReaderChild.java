package io.tunemesh.ingest.parse;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tunemesh.contract.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A reader process as the service sees it. One that did not answer as it should is of no more use.
 */
final class ReaderChild implements Closeable {

  /** The process ended, or said what is no answer. */
  static final class Died extends Exception {
    private final boolean outOfMemory;

    Died(String message, boolean outOfMemory) {
      super(message);
      this.outOfMemory = outOfMemory;
    }

    /** It would have needed more memory than it may have. */
    boolean outOfMemory() {
      return outOfMemory;
    }
  }

  /** The process did not answer in time. */
  static final class TooSlow extends Exception {}

  /** The exit status of a JVM under {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int OUT_OF_MEMORY = 3;

  /** What a process may know of the service's environment, which has its secrets too. */
  private static final Set<String> ENVIRONMENT = Set.of("LANG", "LC_ALL", "LC_CTYPE");

  /** A workbook's headers may be this long; no event could carry more. */
  private static final int MAX_LINE = 1 << 24;

  private static final Duration END_WITHIN = Duration.ofSeconds(10);

  private static final Duration END_BY_ITSELF = Duration.ofMinutes(1);

  private final Process process;
  private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
  private boolean ready;
  private int served;
  private volatile long idleSince = System.nanoTime();

  private ReaderChild(Process process) {
    this.process = process;
    Thread.ofVirtual().name("reader-" + process.pid()).start(this::listen);
  }

  /**
   * Starts a process.
   *
   * @throws IOException if the machine has no room for it
   */
  static ReaderChild start(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().retainAll(ENVIRONMENT);
    return new ReaderChild(builder.start());
  }

  /**
   * Has it do {@code job}.
   *
   * @throws IOException if it ended before it was ready for any job
   */
  ReadAnswer read(ReadJob job, Duration limit)
      throws IOException, Died, TooSlow, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    send(Json.MAPPER.writeValueAsString(job));
    if (!ready) {
      String first = next(end).orElseThrow(() -> new IOException("no reader starts: " + exit()));
      if (!first.equals(ReaderProcess.READY)) {
        throw new IOException("a reader started with: " + first);
      }
      ready = true;
    }
    String line = next(end).orElseThrow(this::death);
    ReadAnswer answer = answer(line);
    served++;
    idleSince = System.nanoTime();
    return answer;
  }

  private static ReadAnswer answer(String line) throws Died {
    ReadAnswer answer = null;
    try {
      answer = Json.MAPPER.readValue(line, ReadAnswer.class);
    } catch (JsonProcessingException e) {
      // as with one that is null
    }
    if (answer == null) {
      throw new Died("it said what is no answer", false);
    }
    return answer;
  }

  /** Has it do {@code job}, which nobody asked for, and which it must be able to do. */
  void practise(ReadJob job, Duration limit)
      throws IOException, Died, TooSlow, InterruptedException {
    if (!(read(job, limit) instanceof ReadAnswer.Read)) {
      throw new IOException("a reader does not read " + job.filename());
    }
    served--;
  }

  /** How many jobs it answered that were asked for. */
  int served() {
    return served;
  }

  /** For how long it has had nothing to do. */
  Duration idle() {
    return Duration.ofNanos(System.nanoTime() - idleSince);
  }

  /** Lets it end by itself, which must not take longer than a minute. */
  void end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(END_BY_ITSELF.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("a reader does not end: " + exit());
    }
  }

  /** Kills it, whatever it does, and waits for its end, also in a thread that is interrupted. */
  @Override
  public void close() {
    process.destroyForcibly();
    long end = System.nanoTime() + END_WITHIN.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void send(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      // it is dead, as the end of its output says as well
    }
  }

  private Optional<String> next(long end) throws TooSlow, InterruptedException {
    Optional<String> line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (line == null) {
      throw new TooSlow();
    }
    return line;
  }

  private Died death() {
    Integer exit = exit();
    return new Died("its exit status is " + exit, exit != null && exit == OUT_OF_MEMORY);
  }

  private Integer exit() {
    try {
      return process.waitFor(END_WITHIN) ? process.exitValue() : null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private void listen() {
    try (InputStream in = new BufferedInputStream(process.getInputStream())) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (line.size() == MAX_LINE) {
          process.destroyForcibly(); // it would wait for somebody to read on
          break;
        }
        if (b == '\n') {
          lines.add(Optional.of(line.toString(StandardCharsets.UTF_8)));
          line.reset();
        } else {
          line.write(b);
        }
      }
    } catch (IOException e) {
      // the same as its end
    }
    lines.add(Optional.empty());
  }
}
