package io.tunemesh.ingest.parse;

import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordConfig;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.SpoolFailed;
import io.tunemesh.ingest.record.Unreadable;
import io.tunemesh.ingest.workbook.WorkbookReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The main class of a reader process: reads one {@link ReadJob} a line and answers each with a
 * {@link ReadAnswer}. It ends when its standard input does, which is when the service is gone or
 * does not want it any more. What a file does to it that is no answer ends it too.
 */
final class ReaderProcess {

  /** The first line, which says that the process is there. */
  static final String READY = "ready";

  private static final long LARGE_HEAP = 64 << 20;

  private ReaderProcess() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream service = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    BlockingQueue<String> jobs = new LinkedBlockingQueue<>();
    Thread.ofPlatform().daemon().start(() -> listen(jobs));
    Thread.ofPlatform().daemon().start(WorkbookReader::load);
    service.println(READY);
    while (true) {
      service.println(answer(ReadJob.of(jobs.take())).line());
      if (Runtime.getRuntime().totalMemory() > LARGE_HEAP) {
        System.gc(); // else the next file would find what this one left, and come on top of it
      }
    }
  }

  private static void listen(BlockingQueue<String> jobs) {
    try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        jobs.add(line);
      }
    } catch (IOException e) {
      // the same as its end
    }
    Runtime.getRuntime().halt(0);
  }

  private static ReadAnswer answer(ReadJob job) {
    // it unpacks a library there, and who is killed does not remove it
    System.setProperty("org.xerial.snappy.tempdir", job.folder());
    Readers readers = new Readers(job.settings(), Path.of(job.folder()));
    RecordConfig limits = ReaderSettings.read(RecordConfig.class, job.settings());
    try (RecordWriter records =
        new RecordWriter(Path.of(job.records()), limits.maxRows(), limits.maxCharacters())) {
      Reading reading = readers.read(Path.of(job.file()), records);
      return new ReadAnswer.Read(reading, records.rows());
    } catch (Unreadable e) {
      return new ReadAnswer.Refused(e.code(), e.getMessage(), e.where(job.filename()));
    } catch (SpoolFailed | IOException e) {
      return new ReadAnswer.Fault(e.toString());
    }
  }
}
