package io.tunemesh.trainer.leftover;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.platform.work.Lease;
import io.tunemesh.trainer.export.ModelExport;
import io.tunemesh.trainer.job.TrainingJob;
import io.tunemesh.trainer.run.AttemptFolder;
import io.tunemesh.trainer.run.RunConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The folders on this machine of attempts that are over: their process died, and another machine
 * went on. A folder is made after its attempt's claim, and no claim comes back, so that one whose
 * claim does not hold is in nobody's use. Of what the database does not know, only what is old
 * goes.
 */
@ApplicationScoped
class LeftFolders {

  private static final Logger LOG = Logger.getLogger(LeftFolders.class);

  private final RunConfig run;
  private final LeftoverConfig config;

  LeftFolders(RunConfig run, LeftoverConfig config) {
    this.run = run;
    this.config = config;
  }

  /** Removes all of them; {@code now} tells the age of what nobody knows. */
  void remove(Instant now) throws IOException {
    Path work = run.work().toAbsolutePath().normalize();
    Instant old = now.minus(config.grace());
    remove(work.resolve("jobs"), old, id -> leaseOf(TrainingJob.<TrainingJob>findById(id)));
    remove(work.resolve("exports"), old, id -> leaseOf(ModelExport.<ModelExport>findById(id)));
    for (Path log : AttemptFolder.children(work.resolve("workers"))) {
      if (Files.isRegularFile(log) && isOlder(log, now.minus(config.logs()))) {
        Files.deleteIfExists(log);
      }
    }
  }

  private static void remove(Path kind, Instant old, Function<String, Optional<Lease>> leases)
      throws IOException {
    for (Path folder : AttemptFolder.children(kind)) {
      // before the database is asked, which then knows the claims of all of them
      var attempts = AttemptFolder.children(folder);
      Optional<Lease> lease =
          QuarkusTransaction.requiringNew()
              .call(() -> leases.apply(folder.getFileName().toString()));
      for (Path attempt : attempts) {
        boolean over =
            lease
                .map(known -> !known.isHeldUnder(AttemptFolder.fence(attempt)))
                .orElseGet(() -> isUntouched(attempt, old));
        if (over) {
          LOG.infof("A folder that an attempt left is removed, folder=%s", attempt);
          AttemptFolder.clear(attempt);
        }
      }
      if (AttemptFolder.children(folder).isEmpty() && isOlder(folder, old)) {
        Files.deleteIfExists(folder);
      }
    }
  }

  private static Optional<Lease> leaseOf(TrainingJob job) {
    return Optional.ofNullable(job).map(known -> known.lease);
  }

  private static Optional<Lease> leaseOf(ModelExport export) {
    return Optional.ofNullable(export).map(known -> known.lease);
  }

  /** Whether nothing in the folder was written since then. */
  private static boolean isUntouched(Path folder, Instant then) {
    try (var files = Files.walk(folder)) {
      return files.allMatch(file -> isOlder(file, then));
    } catch (IOException | UncheckedIOException e) {
      LOG.infof("A folder could not be read, folder=%s: %s", folder, e.toString());
      return false;
    }
  }

  private static boolean isOlder(Path path, Instant then) {
    try {
      return Files.getLastModifiedTime(path).toInstant().isBefore(then);
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      LOG.infof("The age of a file cannot be read, file=%s: %s", path, e.toString());
      return false;
    }
  }
}
