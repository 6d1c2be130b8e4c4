package io.tunemesh.dataset.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.dataset.augment.AugmentCheck;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.filter.Filters;
import io.tunemesh.dataset.recipe.RecipeType;
import io.tunemesh.dataset.recipe.Recipes;
import io.tunemesh.dataset.recipe.Task;
import io.tunemesh.dataset.split.Splitter;
import io.tunemesh.platform.db.JsonText;
import io.tunemesh.platform.template.BrokenTemplate;
import io.tunemesh.platform.template.Family;
import io.tunemesh.platform.template.Templates;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Finds what is wrong with a plan before anything waits for it. */
final class PlanCheck {

  private static final String TOO_LARGE =
      "make a plan of %,d bytes, and one may have %,d; name fewer, or upload the words of synonyms as"
          + " a table, and name it by words_file";

  private PlanCheck() {}

  /**
   * Passes a plan that can be built when its sources come.
   *
   * @param run may be null; then sources are named by file id
   * @throws InvalidPlan with every mistake
   */
  static void check(Plan plan, String run) throws InvalidPlan {
    int bytes = JsonText.of(plan).getBytes(StandardCharsets.UTF_8).length;
    if (bytes > Plans.LARGEST) {
      throw new InvalidPlan(
          List.of(new Mistake("dataset.sources", TOO_LARGE.formatted(bytes, Plans.LARGEST))));
    }
    List<Mistake> mistakes;
    try {
      Plans.check(plan);
      mistakes = mistakes(plan, run);
    } catch (InvalidPlan e) {
      mistakes = all(Json.MAPPER.valueToTree(plan), e.mistakes(), run);
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidPlan(mistakes);
    }
  }

  /**
   * Every mistake of a plan that the schema does not pass.
   *
   * @param found by the schema
   */
  static List<Mistake> all(JsonNode plan, List<Mistake> found, String run) {
    List<Mistake> mistakes = new ArrayList<>(found);
    SoundPart.of(plan, found)
        .ifPresent(
            sound ->
                mistakes(sound.plan(), run).stream().filter(sound::holds).forEach(mistakes::add));
    return mistakes;
  }

  private static List<Mistake> mistakes(Plan plan, String run) {
    List<Mistake> mistakes = new ArrayList<>();
    if (plan.dataset() == null) {
      return List.of(new Mistake("dataset", "is missing; name the sources of the dataset"));
    }
    Splitter.of(plan.dataset().split()).mistake().ifPresent(mistakes::add);
    mistakes.addAll(Cleaning.mistakes(plan.dataset().clean()));
    models(plan).ifPresent(mistakes::add);
    List<DatasetSpec.Source> sources = plan.dataset().sources();
    for (int i = 0; sources != null && i < sources.size(); i++) {
      if (sources.get(i) != null) {
        check("dataset.sources[" + i + "].", sources.get(i), run, mistakes);
      }
    }
    if (sources != null) {
      tasks(sources).ifPresent(mistakes::add);
    }
    return mistakes;
  }

  /** Two base models, of which the examples could be counted for one only. */
  private static Optional<Mistake> models(Plan plan) {
    String counted = plan.dataset().baseModel();
    String trained = plan.training() == null ? null : plan.training().model();
    return counted == null || trained == null || counted.equals(trained)
        ? Optional.empty()
        : Optional.of(
            new Mistake(
                "dataset.base_model",
                "is '%s', but 'training.model' is '%s'; leave it out, the training's is used"
                    .formatted(counted, trained)));
  }

  /** Sources whose recipes are named and cannot be one dataset. */
  private static Optional<Mistake> tasks(List<DatasetSpec.Source> sources) {
    List<Task> tasks =
        sources.stream()
            .filter(Objects::nonNull)
            .flatMap(source -> Recipes.named(source.recipe()).stream())
            .map(RecipeType::task)
            .toList();
    return tasks.isEmpty() || Task.of(tasks).isPresent()
        ? Optional.empty()
        : Optional.of(
            new Mistake(
                "dataset.sources",
                "mix plain_text, which is for pre-training, with instructions; make a dataset of"
                    + " each"));
  }

  private static void check(
      String at, DatasetSpec.Source source, String run, List<Mistake> mistakes) {
    if (run == null && source.file() != null && !source.file().startsWith("file-")) {
      mistakes.add(
          new Mistake(
              at + "file",
              "'"
                  + source.file()
                  + "' is no file id, and file names are looked up in a run; give the id, as"
                  + " file-…, or the run"));
    }
    Recipes.mistakes(source).forEach(mistake -> mistakes.add(at(at, mistake)));
    Filters.mistakes(source.filters()).forEach(mistake -> mistakes.add(at(at, mistake)));
    AugmentCheck.mistakes(source, run).forEach(mistake -> mistakes.add(at(at, mistake)));
    template(source).ifPresent(what -> mistakes.add(new Mistake(at + "template", what)));
  }

  /** Why no recipe that the source leaves open can use its template, if none can. */
  private static Optional<String> template(DatasetSpec.Source source) {
    String first = null;
    List<RecipeType> open = Recipes.candidates(source);
    List<RecipeType> candidates = open.isEmpty() ? Recipes.ALL : open;
    for (RecipeType type : source.template() == null ? List.<RecipeType>of() : candidates) {
      try {
        if (type.templates() == null) {
          throw type.withoutTemplates();
        }
        for (String language : Family.LANGUAGES) {
          Templates.find(source.template(), type.templates(), language);
        }
        return Optional.empty();
      } catch (BrokenTemplate e) {
        first = first == null ? e.getMessage() : first;
      }
    }
    return candidates.size() == 1 || first == null
        ? Optional.ofNullable(first)
        : Optional.of(
            "fits no recipe; name the 'recipe'. For %s: %s"
                .formatted(candidates.getFirst().name(), first));
  }

  private static Mistake at(String at, Mistake mistake) {
    return new Mistake(at + mistake.field(), mistake.message());
  }
}
