package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.Finding.Level;
import io.tunemesh.dataset.report.LabelBalance.LabelShare;
import io.tunemesh.dataset.report.Report.LanguageCount;
import io.tunemesh.platform.page.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What is to be said of the examples themselves. */
final class ContentFindings {

  private static final double MANY_LEAKED = 0.01;
  private static final double MANY_DUPLICATES = 0.01;
  private static final double UNBALANCED = 10;
  private static final double RARE_LANGUAGE = 0.05;
  private static final String NEAR = "set \"clean\": {\"duplicates\": \"near\"} and build it again";

  private final Report report;
  private final List<Finding> found = new ArrayList<>();

  private ContentFindings(Report report) {
    this.report = report;
  }

  static List<Finding> of(Report report) {
    ContentFindings findings = new ContentFindings(report);
    findings.look();
    return findings.found;
  }

  private void look() {
    if (report.leaks() != null) {
      leaks(report.leaks());
    }
    if (report.labels() != null) {
      labels(report.labels());
    }
    if (report.duplicates() != null) {
      duplicates(report.duplicates());
    }
    if (report.lengths().tokens() != null && report.lengths().tokens().cutOff() > 0) {
      cutOff(report.lengths().tokens());
    }
    if (report.letters() != null && report.letters().skewed()) {
      letters(report.letters());
    }
    languages();
  }

  private void leaks(Leaks leaks) {
    if (leaks.leaked() > 0) {
      add(
          leaks.most() > MANY_LEAKED ? Level.PROBLEM : Level.WARNING,
          "leak",
          "%s validation and test examples (%s) are in training too, or almost; what is measured on them is better than the model is."
              .formatted(
                  count(leaks.leaked(), leaks.examples(), leaks.sampled()),
                  share(leaks.least(), leaks.most(), leaks.sampled())),
          NEAR + ": it leaves each text in one part only");
    }
    if (leaks.sampled()) {
      add(
          Level.NOTE,
          "leak_check_sampled",
          "The search for repeated examples looked at a sample: there are %s examples, %s were compared for being the same and %s for being almost the same."
              .formatted(
                  Numbers.count(report.duplicates().compared().examples()),
                  Numbers.count(report.duplicates().compared().exact()),
                  Numbers.count(report.duplicates().compared().near())),
          null);
    }
  }

  private void labels(LabelBalance labels) {
    if (labels.different() == 1) {
      add(
          Level.PROBLEM,
          "one_label",
          "Every example has the label '%s'; there is nothing to tell apart."
              .formatted(labels.classes().getFirst().label()),
          "add examples of the other labels");
    }
    if (labels.imbalance() > UNBALANCED) {
      LabelShare most = labels.classes().getFirst();
      add(
          Level.WARNING,
          "labels_unbalanced",
          "The label '%s' has %s times as many examples as the rarest; a model learns to say it too often."
              .formatted(most.label(), Numbers.decimal(labels.imbalance())),
          "add examples of the rare labels, or repeat their source with 'repeat' or 'weight'");
    }
    if (!labels.notInTrain().isEmpty()) {
      add(
          Level.PROBLEM,
          "label_never_trained",
          "Measured, but never trained: %s.".formatted(quoted(labels.notInTrain())),
          "add examples of it, or choose another salt in 'split'");
    }
    if (!labels.notInTest().isEmpty()) {
      add(
          Level.WARNING,
          "label_never_tested",
          "Trained, but in no test example: %s.".formatted(quoted(labels.notInTest())),
          "add examples of it, or a larger share for 'test' in 'split'");
    }
    if (labels.tooMany()) {
      add(
          Level.WARNING,
          "labels_too_many",
          "There are more than %s labels; the others are not counted here."
              .formatted(Numbers.count(labels.different())),
          "look whether the label column is the right one");
    }
  }

  private void duplicates(Duplicates duplicates) {
    long repeated = duplicates.exact() + duplicates.near();
    boolean sampled = duplicates.compared().sampled();
    if (repeated > 0) {
      add(
          duplicates.most() > MANY_DUPLICATES ? Level.WARNING : Level.NOTE,
          "duplicates",
          "%s examples (%s) repeat an earlier one: %s exactly, %s almost."
              .formatted(
                  count(repeated, duplicates.compared().examples(), sampled),
                  share(duplicates.least(), duplicates.most(), sampled),
                  Numbers.count(duplicates.exact()),
                  Numbers.count(duplicates.near())),
          NEAR + ", unless they are meant to weigh more");
    }
    if (duplicates.bounded() != null) {
      add(
          Level.NOTE,
          "near_check_bounded",
          "%s texts are a little like so many others that they were compared with some of these only; an example that is almost the same as another may have been missed."
              .formatted(Numbers.count(duplicates.bounded())),
          "put what the texts share, as a preamble, into a template");
    }
  }

  private void cutOff(Lengths.Tokens tokens) {
    add(
        Level.WARNING,
        "cut_off",
        "%s of %s examples are longer than training takes; the longest loses %s tokens at its end."
            .formatted(
                Numbers.count(tokens.cutOff()),
                Numbers.count(tokens.all().examples()),
                Numbers.count(tokens.mostCutOff())),
        "raise the length that training takes, or shorten the rows");
  }

  private void letters(LetterBalance letters) {
    var most =
        letters.letters().stream()
            .max(Comparator.comparing(LetterBalance.LetterShare::questions))
            .orElseThrow();
    add(
        Level.WARNING,
        "letters_skewed",
        "%s is the right answer of %s of the questions; a model learns to prefer it."
            .formatted(most.letter(), Numbers.percent(most.share())),
        "shuffle the options of some questions, so that the right ones are spread");
  }

  private void languages() {
    for (LanguageCount language : report.languages()) {
      if (language.share() < RARE_LANGUAGE) {
        add(
            Level.NOTE,
            "rare_language",
            "Only %s of %s examples (%s) are in '%s'."
                .formatted(
                    Numbers.count(language.examples()),
                    Numbers.count(report.rows().examples()),
                    Numbers.percent(language.share()),
                    language.language()),
            "leave them out, or give their source more weight, if the model is to know it");
      }
    }
  }

  private static String count(long found, long examples, boolean sampled) {
    String of = Numbers.count(found) + " of " + Numbers.count(examples);
    return sampled ? "At least " + of : of;
  }

  private static String share(double least, double most, boolean sampled) {
    return sampled
        ? "by the sample from %s to %s".formatted(Numbers.percent(least), Numbers.percent(most))
        : Numbers.percent(most);
  }

  private static String quoted(List<String> labels) {
    return labels.stream().map(label -> "'" + label + "'").collect(Collectors.joining(", "));
  }

  private void add(Level level, String code, String message, String remedy) {
    found.add(new Finding(level, code, message, remedy));
  }
}
