package io.tunemesh.ingest.upload;

import io.tunemesh.contract.Runs;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * What is asked for, by HTTP or by an event, before anything is stored.
 *
 * @param recipe may be null
 * @param plan may be null
 */
public record NewUpload(
    String id, Scope scope, String filename, String purpose, String recipe, Plan plan) {

  /** The purpose of an upload that names none. */
  public static final String FINE_TUNE = "fine-tune";

  /**
   * The purpose of what a batch or a table job has written, which the mesh hands in by event, as a
   * client may.
   */
  public static final String BATCH_OUTPUT = "batch_output";

  /** OpenAI's purposes for files whose rows are data; nothing here reads the others yet. */
  private static final Set<String> PURPOSES =
      Set.of(FINE_TUNE, "evals", "user_data", "assistants", "batch", BATCH_OUTPUT);

  /** The longest name that a plan can say. */
  private static final int MAX_NAME = 512;

  /**
   * The same, with a run if it has a plan.
   *
   * @throws Refusal for the first thing that cannot be
   * @throws InvalidPlan if the recipe is none
   */
  public NewUpload checked() throws InvalidPlan {
    checkName();
    if (!PURPOSES.contains(purpose)) {
      throw Refusal.invalid(
          "invalid_purpose",
          "The purpose must be one of %s, not \"%s\"."
              .formatted(String.join(", ", PURPOSES.stream().sorted().toList()), purpose),
          "purpose");
    }
    if (!Runs.isFine(scope.run())) {
      throw Refusal.invalid("invalid_run", "A run is " + Runs.WANTED, "run");
    }
    checkRecipe();
    checkLength();
    if (plan == null || scope.run() != null) {
      return this;
    }
    checkAlone();
    String run = Ids.derived("run-", id);
    return new NewUpload(
        id, new Scope(scope.tenant(), run, scope.traceparent()), filename, purpose, recipe, plan);
  }

  /** A recipe is what it is in a plan. */
  private void checkRecipe() throws InvalidPlan {
    DatasetSpec.Source source =
        new DatasetSpec.Source("file", recipe, null, null, null, null, null);
    try {
      Plans.check(new DatasetSpec(null, List.of(source), null));
    } catch (InvalidPlan e) {
      throw new InvalidPlan(
          e.mistakes().stream().map(mistake -> new Mistake("recipe", mistake.message())).toList());
    }
  }

  private void checkLength() {
    int bytes = plan == null ? 0 : JsonText.of(plan).getBytes(StandardCharsets.UTF_8).length;
    if (bytes > Plans.LARGEST) {
      throw new Refusal(
          new Problem(
              413,
              "plan_too_large",
              "The plan has %,d bytes, and one may have %,d; upload the words of synonyms as a table, and name it by words_file."
                  .formatted(bytes, Plans.LARGEST),
              "plan"));
    }
  }

  private void checkName() {
    if (filename == null || filename.isBlank() || filename.length() > MAX_NAME) {
      throw Refusal.invalid(
          "invalid_filename",
          "Give the file a name of 1 to %d characters.".formatted(MAX_NAME),
          "filename");
    }
    if (filename.matches("(?s).*[\\p{Cc}\\p{Cs}].*")) {
      throw Refusal.invalid(
          "invalid_filename",
          "The file's name has control characters, or halves of one; rename it.",
          "filename");
    }
  }

  /** Without a run nothing ties this upload to another, so its dataset would wait for ever. */
  private void checkAlone() {
    List<DatasetSpec.Source> sources =
        plan.dataset() == null ? List.of() : plan.dataset().sources();
    boolean others =
        sources.stream()
            .map(DatasetSpec.Source::file)
            .anyMatch(file -> !file.equals(filename) && !file.startsWith("file-"));
    if (sources.size() > 1 || others) {
      throw new Refusal(
          new Problem(
              400,
              "run_missing",
              "The plan has sources besides '%s'; give every upload of it the same 'run'."
                  .formatted(filename),
              "run",
              List.of(new Mistake("run", "is missing; give every upload of the plan the same"))));
    }
  }
}
