package io.tunemesh.local.kill;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.EventType;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.training.TrainingFailed;
import io.tunemesh.contract.training.TrainingProgressed;
import io.tunemesh.contract.training.TrainingStarted;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.local.Home;
import io.tunemesh.local.MeshState;
import io.tunemesh.local.demo.Api;
import io.tunemesh.local.demo.RunWatch;
import io.tunemesh.local.demo.Samples;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;

/**
 * Runs the main job while every part of the mesh is killed once, in an order and at moments drawn
 * from a seed, and the training worker once more when it has checkpoints to go on from. Then it
 * counts: one dataset, one job, one adapter, one served model, every upload accounted for, and a
 * training that went on instead of starting over.
 */
public final class KillHarness {

  private static final int LONGEST_PAUSE_MS = 4000;
  private static final long PATIENCE_MS = 600_000;
  private static final int SAVE_STEPS = 2;

  private final Home home;
  private final long seed;
  private final Random random;
  private final PrintStream out;
  private final Victims victims;

  public KillHarness(Home home, long seed, PrintStream out) {
    this.home = home;
    this.seed = seed;
    this.random = new Random(seed);
    this.out = out;
    this.victims = new Victims(home);
  }

  /** What a run under fire came to. */
  public record Outcome(
      long seed,
      List<String> kills,
      long uploads,
      long datasets,
      long jobs,
      long adapters,
      long servings,
      long attempts,
      long killedAtStep,
      long resumedFromStep,
      List<String> failures) {

    /** Whether nothing was lost and nothing was done twice. */
    public boolean holds() {
      return uploads == 2
          && datasets == 1
          && jobs == 1
          && adapters == 1
          && servings == 1
          && (killedAtStep == 0 || resumedFromStep > 0)
          && failures.isEmpty();
    }
  }

  /** One run under fire. Prints its outcome as a line of JSON. */
  public Outcome round() throws IOException, InterruptedException {
    String run = "kill-" + UUID.randomUUID();
    List<String> kills = new ArrayList<>();
    long killedAtStep;
    try (RunWatch watch = new RunWatch(MeshState.read(home).orElseThrow().kafka(), run)) {
      upload(run);
      for (String victim : Victims.shuffled(random)) {
        Thread.sleep(random.nextInt(LONGEST_PAUSE_MS));
        if (victims.kill(victim)) {
          kills.add(victim);
        }
      }
      killedAtStep = killTraining(watch);
    }
    Outcome outcome = outcome(run, kills, killedAtStep);
    ObjectNode line = Api.JSON.valueToTree(outcome);
    out.println(line.put("bench", "kill").put("holds", outcome.holds()));
    return outcome;
  }

  /**
   * Kills the worker when it is well past a checkpoint. Returns the step, 0 if the training was
   * over before.
   */
  private long killTraining(RunWatch watch) {
    int latest = SAVE_STEPS * (2 + random.nextInt(4));
    long until = System.currentTimeMillis() + PATIENCE_MS;
    while (System.currentTimeMillis() < until) {
      for (Envelope<?> event : watch.next()) {
        if (event.data() instanceof TrainingProgressed p
            && p.stage().equals("training")
            && p.step() > latest
            && victims.kill("training worker")) {
          return p.step();
        }
        if (event.data() instanceof TrainingSucceeded || event.data() instanceof TrainingFailed) {
          return 0;
        }
      }
    }
    return 0;
  }

  private void upload(String run) throws IOException, InterruptedException {
    MeshState mesh = MeshState.read(home).orElseThrow();
    List<Path> workbooks = Samples.make(home, home.data("demo"));
    ObjectNode plan = Api.JSON.createObjectNode();
    var sources = plan.putObject("dataset").putArray("sources");
    workbooks.forEach(w -> sources.addObject().put("file", w.getFileName().toString()));
    plan.putObject("training")
        .put("num_train_epochs", 1)
        .put("per_device_train_batch_size", 4)
        .put("save_steps", SAVE_STEPS)
        .put("max_new_tokens", 48)
        .put("probes", 2);
    for (Path workbook : workbooks) {
      new Api(mesh)
          .upload(workbook, Map.of("purpose", "fine-tune", "run", run, "plan", plan.toString()));
    }
  }

  /**
   * Waits until the run has ended as it should, or by a failure, and the whole mesh is ready again.
   * One event may reach its topic after a later one of another service, so a count that is too low
   * is looked at again.
   */
  private Outcome outcome(String run, List<String> kills, long killedAtStep)
      throws InterruptedException {
    long until = System.currentTimeMillis() + PATIENCE_MS;
    Outcome outcome =
        new Outcome(seed, kills, 0, 0, 0, 0, 0, 0, 0, 0, List.of("no end within 15 min"));
    while (System.currentTimeMillis() < until) {
      MeshState mesh = MeshState.read(home).orElseThrow();
      if (mesh.ready()) {
        try {
          History history = History.read(mesh.kafka(), run);
          outcome = outcome(history, kills, killedAtStep);
          if (outcome.holds() || !outcome.failures().isEmpty()) {
            return outcome;
          }
        } catch (KafkaException e) {
          out.println("(the broker is away: " + e.getMessage() + ")");
        }
      }
      Thread.sleep(500);
    }
    return outcome;
  }

  private Outcome outcome(History history, List<String> kills, long killedAtStep) {
    List<String> failures = new ArrayList<>();
    history.all(UploadRejected.class).forEach(e -> failures.add(e.reason()));
    history.all(DatasetRejected.class).forEach(e -> failures.add(e.reason()));
    history.all(TrainingFailed.class).forEach(e -> failures.add(e.reason()));
    history.all(AdapterRefused.class).forEach(e -> failures.add(e.reason()));
    List<TrainingStarted> started = history.all(TrainingStarted.class);
    return new Outcome(
        seed,
        kills,
        history.count(EventType.UPLOAD_PARSED),
        history.count(EventType.DATASET_BUILT),
        history.count(EventType.TRAINING_SUCCEEDED),
        history.count(EventType.ADAPTER_PUBLISHED),
        history.count(EventType.ADAPTER_SERVING),
        started.size(),
        killedAtStep,
        started.stream().mapToLong(TrainingStarted::resumedFromStep).max().orElse(0),
        failures);
  }
}
