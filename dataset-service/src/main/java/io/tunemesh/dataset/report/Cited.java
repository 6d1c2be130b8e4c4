package io.tunemesh.dataset.report;

import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.report.ExampleFile.Seen;
import io.tunemesh.dataset.report.Report.ExampleAt;
import io.tunemesh.dataset.report.Report.Sample;
import io.tunemesh.dataset.report.Report.SampleTurn;
import io.tunemesh.platform.page.Texts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The examples that a report names or shows, looked up by their line numbers in one pass. */
final class Cited {

  private static final int SNIPPET = 120;
  private static final int TURN = 1500;
  private static final int TURNS = 20;

  private final Map<Integer, ExampleAt> places = new HashMap<>();
  private final Map<Integer, Sample> samples = new HashMap<>();
  private final Map<Integer, String> shown;

  private Cited(Map<Integer, String> shown) {
    this.shown = shown;
  }

  /**
   * @param named line numbers of the examples to name
   * @param shown why to show an example, by its line number
   */
  static Cited of(Path file, Words words, Set<Integer> named, Map<Integer, String> shown)
      throws IOException {
    Cited cited = new Cited(shown);
    SortedSet<Integer> wanted = new TreeSet<>(named);
    wanted.addAll(shown.keySet());
    try (ExampleFile examples = new ExampleFile(file)) {
      for (int number : wanted) {
        cited.add(number, examples.at(number), words);
      }
    }
    return cited;
  }

  private void add(int number, Seen example, Words words) throws IOException {
    Words.Said said = words.of(example);
    String text = said.question().isBlank() ? said.answer() : said.question();
    var lineage = example.lineage();
    ExampleAt at =
        new ExampleAt(
            example.id(),
            example.split(),
            lineage.file(),
            lineage.fileId(),
            lineage.sheet(),
            lineage.row(),
            lineage.firstRow(),
            Texts.cut(text.strip(), SNIPPET));
    places.put(number, at);
    if (shown.containsKey(number)) {
      List<Turn> turns = example.messages();
      samples.put(
          number,
          new Sample(
              shown.get(number),
              at,
              example.recipe(),
              example.language(),
              turns == null ? null : turns(turns),
              turns == null || turns.size() <= TURNS ? null : turns.size() - TURNS,
              turns == null ? turn("text", example.text(), null) : null));
    }
  }

  private static List<SampleTurn> turns(List<Turn> turns) {
    return turns.stream()
        .limit(TURNS)
        .map(turn -> turn(turn.role(), turn.content(), turn.weight()))
        .toList();
  }

  private static SampleTurn turn(String role, String content, Integer weight) {
    int cut = Texts.length(content) - TURN;
    return new SampleTurn(role, Texts.begin(content, TURN), weight, cut > 0 ? cut : null);
  }

  ExampleAt at(int number) {
    return places.get(number);
  }

  List<Sample> samples() {
    return shown.keySet().stream().map(samples::get).toList();
  }
}
