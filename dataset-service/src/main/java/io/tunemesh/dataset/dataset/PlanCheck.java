package io.tunemesh.dataset.dataset;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.dataset.recipe.ExamRecipe;
import io.tunemesh.dataset.split.Splitter;
import io.tunemesh.dataset.template.BrokenTemplate;
import io.tunemesh.dataset.template.Templates;
import java.util.ArrayList;
import java.util.List;

/** Finds what is wrong with a plan before anything waits for it. */
final class PlanCheck {

  private PlanCheck() {}

  /**
   * Passes a plan that can be built when its sources come.
   *
   * @param run may be null; then sources are named by file id
   * @throws InvalidPlan with every mistake
   */
  static void check(Plan plan, String run) throws InvalidPlan {
    Plans.check(plan);
    List<Mistake> mistakes = new ArrayList<>();
    if (plan.dataset() == null) {
      throw new InvalidPlan(
          List.of(new Mistake("dataset", "is missing; name the sources of the dataset")));
    }
    Splitter.of(plan.dataset().split()).mistake().ifPresent(mistakes::add);
    List<DatasetSpec.Source> sources = plan.dataset().sources();
    for (int i = 0; i < sources.size(); i++) {
      check("dataset.sources[" + i + "].", sources.get(i), run, mistakes);
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidPlan(mistakes);
    }
  }

  private static void check(
      String at, DatasetSpec.Source source, String run, List<Mistake> mistakes) {
    if (run == null && !source.file().startsWith("file-")) {
      mistakes.add(
          new Mistake(
              at + "file",
              "'"
                  + source.file()
                  + "' is no file id, and file names are looked up in a run; give the id, as"
                  + " file-…, or the run"));
    }
    if (source.columns() != null) {
      ExamRecipe.mistake(source.columns())
          .ifPresent(what -> mistakes.add(new Mistake(at + "columns", what)));
    }
    try {
      for (String language : List.of("zh", "en")) {
        Templates.find(source.template(), ExamRecipe.NAME, language);
      }
    } catch (BrokenTemplate e) {
      mistakes.add(new Mistake(at + "template", e.getMessage()));
    }
  }
}
