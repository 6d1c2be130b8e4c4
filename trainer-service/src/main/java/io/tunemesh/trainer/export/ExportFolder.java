package io.tunemesh.trainer.export;

import io.tunemesh.platform.work.Claim;
import io.tunemesh.trainer.run.AttemptFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of one attempt at an export: what goes into it, and what comes out. */
final class ExportFolder implements AutoCloseable {

  private final AttemptFolder folder;

  ExportFolder(Path work, Claim claim) throws IOException {
    this.folder = new AttemptFolder(work, "exports", claim);
    Files.createDirectories(adapter());
    Files.createDirectories(out());
  }

  Path adapter() {
    return folder.path().resolve("adapter");
  }

  Path out() {
    return folder.path().resolve("out");
  }

  /** What the child prints. */
  Path said() {
    return folder.path().resolve("said.jsonl");
  }

  Path log() {
    return folder.path().resolve("log.txt");
  }

  @Override
  public void close() {
    folder.close();
  }
}
