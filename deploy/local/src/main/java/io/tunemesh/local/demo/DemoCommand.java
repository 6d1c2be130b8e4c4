package io.tunemesh.local.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.local.Fault;
import io.tunemesh.local.Home;
import io.tunemesh.local.MeshStart;
import io.tunemesh.local.MeshState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The main job from end to end: workbooks with one plan in, a served tuned model out, told by the
 * mesh's own events.
 */
@Command(name = "demo", description = "Two workbooks become a tuned model that answers.")
public final class DemoCommand implements Callable<Integer> {

  private static final long PATIENCE_MS = 6 * 3_600_000L;

  @Option(
      names = "--files",
      arity = "1..*",
      description = "Your own workbooks, instead of the two samples.")
  List<Path> files;

  @Option(
      names = "--recipe",
      defaultValue = "exam",
      description = "How rows become examples (exam).")
  String recipe;

  @Option(
      names = "--base-model",
      paramLabel = "FOLDER",
      description = "The model to tune; stays chosen. 'starter' goes back to our own.")
  String baseModel;

  @Option(names = "--port", description = "Where the mesh answers.")
  Integer port;

  @Option(names = "--keep", description = "Leave the mesh up afterwards.")
  boolean keep;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = Home.ofEnvironment();
    for (Path file : files == null ? List.<Path>of() : files) {
      if (!Files.isReadable(file)) {
        throw new Fault("There is no file " + file + " to read.");
      }
    }
    boolean wasUp = MeshState.read(home).filter(MeshState::alive).isPresent();
    System.out.println(wasUp ? "The mesh is up already." : "Starting the mesh …");
    return run(
        home, keep ? MeshStart.up(home, port, baseModel) : MeshStart.forNow(home, port, baseModel));
  }

  private int run(Home home, MeshState mesh) throws IOException, InterruptedException {
    Path folder = home.data("demo");
    List<Path> workbooks = files == null ? Samples.make(home, folder) : files;
    String run = "demo-" + UUID.randomUUID();
    Api api = new Api(mesh);
    Progress progress =
        new Progress(System.out, System.console() != null && System.console().isTerminal());
    RunStory story = new RunStory(workbooks.size(), progress);
    try (RunWatch watch = new RunWatch(mesh.kafka(), run)) {
      Map<String, String> fields =
          Map.of(
              "purpose",
              "fine-tune",
              "run",
              run,
              "plan",
              plan(mesh.baseModel(), workbooks).toString());
      for (Path workbook : workbooks) {
        api.upload(workbook, fields);
      }
      long until = System.currentTimeMillis() + PATIENCE_MS;
      while (!story.served() && story.failure() == null) {
        watch.next().forEach(story::tell);
        if (System.currentTimeMillis() > until) {
          throw new Fault("Nothing came for six hours. See ./mesh status and ./mesh logs NAME.");
        }
      }
    }
    progress.end();
    if (story.failure() != null) {
      throw new Fault(story.failure());
    }
    new DemoReport(System.out, api, story, folder).print(mesh.baseModel());
    return 0;
  }

  private ObjectNode plan(String model, List<Path> workbooks) {
    ObjectNode plan = Api.JSON.createObjectNode();
    ObjectNode dataset = plan.putObject("dataset").put("name", "demo");
    var sources = dataset.putArray("sources");
    for (Path workbook : workbooks) {
      sources.addObject().put("file", workbook.getFileName().toString()).put("recipe", recipe);
    }
    ObjectNode training = plan.putObject("training").put("suffix", "demo");
    if (model.equals("tunemesh-starter")) {
      training
          .put("lora_rank", 16)
          .put("lora_alpha", 32)
          .put("learning_rate", 2e-3)
          .put("num_train_epochs", 3)
          .put("per_device_train_batch_size", 1)
          .put("max_new_tokens", 400);
    }
    return plan;
  }
}
