package io.tunemesh.trainer.report;

import io.tunemesh.platform.page.Numbers;
import io.tunemesh.platform.page.Page.Samples;
import io.tunemesh.platform.page.Page.Shown;
import io.tunemesh.platform.page.Page.Turn;
import io.tunemesh.platform.page.Texts;
import io.tunemesh.trainer.history.Evaluation.Worst;
import java.util.ArrayList;
import java.util.List;

/** What a job's models answered, as its report's page shows it. */
final class JobSamples {

  private static final int LONGEST = 4000;

  private JobSamples() {}

  static List<Samples> of(JobReport report) {
    List<Samples> all = new ArrayList<>();
    for (String model : List.of("tuned", "base")) {
      List<Worst> worst = report.worst().getOrDefault(model, List.of());
      if (!worst.isEmpty()) {
        all.add(
            new Samples(
                "worst-" + model,
                "Worst answers of the " + model + " model",
                "The answers of the test split that were furthest from what was expected.",
                worst.stream().map(JobSamples::worst).toList()));
      }
    }
    if (!report.samples().isEmpty()) {
      List<Shown> shown = new ArrayList<>();
      for (JobReport.Pair pair : report.samples()) {
        shown.add(
            new Shown(
                "Sample",
                String.valueOf(shown.size() + 1),
                "",
                turns(
                    pair.prompt(), pair.reference(), "base", pair.base(), "tuned", pair.tuned())));
      }
      all.add(
          new Samples("samples", "Samples", "Prompts of the test split, answered by both.", shown));
    }
    return all;
  }

  private static Shown worst(Worst one) {
    return new Shown(
        "Example",
        "line " + (one.line() == null ? one.index() + 1 : one.line()) + " of the test split",
        score(one),
        turns(one.prompt(), one.expected(), "answer", one.answer(), "base", one.baseAnswer()));
  }

  private static String score(Worst one) {
    if (one.score() == null) {
      return "";
    }
    String metric = one.metric() == null ? "score" : one.metric();
    String base = one.baseScore() == null ? "" : ", base " + JobReportPage.number(one.baseScore());
    return metric + " " + JobReportPage.number(one.score()) + base;
  }

  private static List<Turn> turns(
      String prompt, String expected, String one, String answer, String two, String other) {
    List<Turn> turns = new ArrayList<>();
    turn(turns, "asked", "prompt", prompt);
    turn(turns, "answered", "expected", expected);
    turn(turns, "answered", one, answer);
    turn(turns, "answered", two, other);
    return turns;
  }

  private static void turn(List<Turn> turns, String style, String role, String content) {
    if (content != null) {
      int more = Texts.length(content) - LONGEST;
      String note = more > 0 ? Numbers.count(more) + " characters more are not shown." : null;
      turns.add(new Turn(style, role, Texts.begin(content, LONGEST), note));
    }
  }
}
