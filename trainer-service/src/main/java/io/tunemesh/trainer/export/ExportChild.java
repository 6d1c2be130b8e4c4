package io.tunemesh.trainer.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tunemesh.contract.Json;
import io.tunemesh.trainer.run.PythonModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The child process that makes an export. It prints one line of JSON when it is done, and ends with
 * this process, since its standard input ends then.
 */
final class ExportChild {

  private static final Logger LOG = Logger.getLogger(ExportChild.class);
  private static final long LOOK_MS = 100;
  private static final long DYING_S = 30;

  private final Process process;
  private final ExportFolder folder;

  private ExportChild(Process process, ExportFolder folder) {
    this.process = process;
    this.folder = folder;
  }

  static ExportChild start(ExportTools tools, ExportFolder folder, Path base, ExportFormat format)
      throws IOException {
    List<String> arguments =
        List.of(
            "--child",
            "--base",
            base.toString(),
            "--adapter",
            folder.adapter().toString(),
            "--format",
            format.wire(),
            "--out",
            folder.out().toString());
    Process process =
        PythonModule.builder(tools.run(), tools.config().module(), arguments)
            .redirectOutput(folder.said().toFile())
            .redirectError(folder.log().toFile())
            .start();
    return new ExportChild(process, folder);
  }

  /** Waits a little for its end; whether it has ended. */
  boolean awaitEnd() throws InterruptedException {
    return process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS);
  }

  /** Its last line that tells an outcome; null if it told none. */
  ExportSaid said() throws IOException {
    ExportSaid last = null;
    for (String line : Files.readAllLines(folder.said(), StandardCharsets.UTF_8)) {
      try {
        ExportSaid said =
            line.startsWith("{") ? Json.MAPPER.readValue(line, ExportSaid.class) : null;
        last = said != null && said.isOutcome() ? said : last;
      } catch (JsonProcessingException e) {
        // what a library prints on the way is no outcome
        continue;
      }
    }
    return last == null ? null : last.checked();
  }

  /** How it ended and the last thing it said, for a sentence about a crash. */
  String lastWords() {
    return PythonModule.lastWords(process, folder.log());
  }

  void kill() {
    process.destroyForcibly();
  }

  /** Kills it, unless it has ended, and waits until it is gone and writes nothing more. */
  void end() throws InterruptedException {
    if (!process.destroyForcibly().waitFor(DYING_S, TimeUnit.SECONDS)) {
      LOG.warnf("A killed exporter does not end, pid=%d", process.pid());
    }
  }
}
