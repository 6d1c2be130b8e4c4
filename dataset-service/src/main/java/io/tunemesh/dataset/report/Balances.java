package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.Report.LanguageCount;
import io.tunemesh.platform.page.Charts;
import io.tunemesh.platform.page.Charts.Row;
import io.tunemesh.platform.page.Charts.Series;
import io.tunemesh.platform.page.Numbers;
import io.tunemesh.platform.page.Page.Block;
import io.tunemesh.platform.page.Page.Section;
import io.tunemesh.platform.page.TableRows;
import java.util.ArrayList;
import java.util.List;

/** The chapters of a report's page that tell how examples are spread over the parts. */
final class Balances {

  private static final List<Series> PARTS =
      List.of(
          new Series("train", "train"),
          new Series("validation", "validation"),
          new Series("test", "test"));
  private static final int MOST_BARS = 30;

  private Balances() {}

  static Section labels(LabelBalance labels) {
    String caption = "Labels, the commonest first";
    if (labels.classes().size() < labels.different()) {
      caption +=
          "; the other %s are not shown"
              .formatted(Numbers.count(labels.different() - labels.classes().size()));
    }
    TableRows table = TableRows.of(caption, parts("label", "#examples"));
    List<Row> bars = new ArrayList<>();
    for (LabelBalance.LabelShare label : labels.classes()) {
      table.add(
          label.label(),
          label.examples(),
          Numbers.percent(label.share()),
          label.train(),
          label.validation(),
          label.test());
      if (bars.size() < MOST_BARS) {
        bars.add(new Row(label.label(), List.of(label.train(), label.validation(), label.test())));
      }
    }
    String title = "Examples by label";
    if (labels.classes().size() > MOST_BARS) {
      title += ", the %d commonest".formatted(MOST_BARS);
    }
    return new Section(
        "labels",
        "Labels",
        labels.different() == 1 ? List.of("There is one label.") : variety(labels),
        List.of(new Block(Charts.bars("labels", title, PARTS, bars), table.done())));
  }

  private static List<String> variety(LabelBalance labels) {
    String most = labels.tooMany() ? "More than %s labels; " : "%s labels; ";
    return List.of(
        (most + "they are as varied as %s labels of equal size would be.")
            .formatted(Numbers.count(labels.different()), Numbers.decimal(labels.effective())),
        "The commonest has %s times as many examples as the rarest."
            .formatted(Numbers.decimal(labels.imbalance())));
  }

  static Section letters(LetterBalance letters) {
    TableRows table = TableRows.of("Right answers by letter", parts("letter", "#questions"));
    List<Row> bars = new ArrayList<>();
    for (LetterBalance.LetterShare letter : letters.letters()) {
      table.add(
          letter.letter(),
          letter.questions(),
          Numbers.percent(letter.share()),
          letter.train(),
          letter.validation(),
          letter.test());
      bars.add(
          new Row(letter.letter(), List.of(letter.train(), letter.validation(), letter.test())));
    }
    return new Section(
        "letters",
        "Answer letters",
        List.of(
            "%s questions. %s"
                .formatted(
                    Numbers.count(letters.questions()),
                    letters.skewed()
                        ? "One letter is right more often than chance would have it."
                        : "No letter is preferred.")),
        List.of(new Block(Charts.bars("letters", "Right answers", PARTS, bars), table.done())));
  }

  static Section languages(List<LanguageCount> languages) {
    TableRows table = TableRows.of("Languages", parts("language", "#examples"));
    List<Row> bars = new ArrayList<>();
    for (LanguageCount language : languages) {
      table.add(
          language.language(),
          language.examples(),
          Numbers.percent(language.share()),
          language.train(),
          language.validation(),
          language.test());
      bars.add(
          new Row(
              language.language(),
              List.of(language.train(), language.validation(), language.test())));
    }
    return new Section(
        "languages",
        "Languages",
        List.of(),
        List.of(
            new Block(
                Charts.bars("languages", "Examples by language", PARTS, bars), table.done())));
  }

  private static String[] parts(String what, String counted) {
    return new String[] {what, counted, "#share", "#train", "#validation", "#test"};
  }
}
