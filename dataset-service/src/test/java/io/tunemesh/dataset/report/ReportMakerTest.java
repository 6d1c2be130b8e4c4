package io.tunemesh.dataset.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.dataset.report.Leaks.LeakPair;
import io.tunemesh.dataset.report.Leaks.LeakPart;
import io.tunemesh.dataset.report.Report.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportMakerTest {

  private static final String STORY =
      "The ferry left the harbour at six in the morning with forty people on board, and nobody saw"
          + " the small boy who hid between the boxes of apples until it was far too late to turn.";

  @TempDir Path folder;

  @Test
  void findsWhatIsMeasuredAndTrainedOnByTheWorstKind() throws IOException {
    ReportLines lines = filled(40);
    lines.chat("train", STORY, "A ferry leaves.");
    lines.chat("test", STORY.toUpperCase() + "!", "a ferry leaves");
    lines.chat("validation", STORY, "Something quite different is said here.");
    lines.chat("test", STORY.replace("forty", "fifty"), "Fifty people leave on a boat.");
    lines.chat("test", "What is the capital of the moon?", "It has none.");

    Leaks leaks = lines.report(folder).leaks();

    assertThat(leaks.pairs())
        .extracting(LeakPair::kind)
        .containsExactly("same_text", "same_question", "near_question");
    assertThat(leaks.pairs()).allSatisfy(p -> assertThat(p.train().row()).isEqualTo(42));
    assertThat(leaks.pairs().getFirst().example().row()).isEqualTo(43);
    LeakPart test = leaks.parts().get(1);
    assertThat(test.part()).isEqualTo("test");
    assertThat(test.leaked()).isEqualTo(2);
    assertThat(test.compared().exact()).isEqualTo(3);
    assertThat(test.rate()).isEqualTo(0.6667);
    assertThat(test.kinds()).isEqualTo(Map.of("same_text", 1L, "near_question", 1L));
  }

  @Test
  void findsALeakWhoseTrainingExampleComesLaterInTheFile() throws IOException {
    ReportLines lines = new ReportLines();
    lines.chat("test", STORY, "A ferry leaves.");
    filled(lines, 20);
    lines.chat("train", STORY, "A ferry leaves.");

    assertThat(lines.report(folder).leaks().leaked()).isEqualTo(1);
  }

  @Test
  void findsAnAnswerThatAChatTeachesInAnEarlierTurn() throws IOException {
    ReportLines lines = filled(20);
    lines.chat("train", chat(null, "Who hid?", "A boy.", STORY, "A ferry leaves.", "More?", "No."));
    lines.chat("train", chat(0, "Who rode?", "A girl.", "And then?", "Nothing."));
    lines.chat("test", STORY, "A ferry leaves!");
    lines.chat("test", "Who hid?", "A boy.");
    lines.chat("test", chat(0, "Once more.", "Yes?", STORY, "A ferry leaves."));
    lines.chat("test", "Who rode?", "A girl.");
    lines.chat("test", chat(null, "Once again.", "Yes?", "More?", "No."));

    Leaks leaks = lines.report(folder).leaks();

    assertThat(leaks.pairs())
        .extracting(pair -> pair.kind() + " " + pair.example().row() + " " + pair.train().row())
        .containsExactly("same_turn 24 22", "same_turn 25 22", "same_turn 26 22");
  }

  @Test
  void findsATextOfTrainingBehindOneThatIsMeasuredToo() throws IOException {
    String[] words = spelled(1, 60).split(" ");
    ReportLines lines = filled(20);
    lines.text("train", with(words, 0, 3));
    lines.text("test", with(words, 3, 6));
    lines.text("test", String.join(" ", words));

    Leaks leaks = lines.report(folder).leaks();

    assertThat(leaks.pairs())
        .extracting(pair -> pair.kind() + " " + pair.example().row() + " " + pair.train().row())
        .contains("near_text 24 22")
        .hasSize(1);
  }

  /**
   * Some of the words are others, so that two such texts are less alike than each and the whole.
   */
  private static String with(String[] words, int from, int to) {
    String[] others = words.clone();
    for (int i = from; i < to; i++) {
      others[i * 9] = "other" + i;
    }
    return String.join(" ", others);
  }

  private static List<Turn> chat(Integer weight, String... texts) {
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < texts.length; i += 2) {
      turns.add(Turn.user(texts[i]));
      turns.add(new Turn("assistant", texts[i + 1], i == texts.length - 2 ? null : weight));
    }
    return turns;
  }

  @Test
  void saysThatACommonLikenessWasNotFollowedToItsEnd() throws IOException {
    Report report = filled(60).bounded(3).report(folder);

    assertThat(report.duplicates().bounded()).isEqualTo(3);
    assertThat(codes(report)).contains("near_check_bounded");
    assertThat(filled(60).report(folder).duplicates().bounded()).isNull();
  }

  @Test
  void findsLeaksOfPlainText() throws IOException {
    ReportLines lines = new ReportLines();
    lines.text("train", STORY).text("validation", STORY.replace("six", "ten"));
    lines.text("test", "Nothing here was ever said before, by anybody at all.");

    Report report = lines.report(folder);

    assertThat(report.leaks().pairs()).extracting(LeakPair::kind).containsExactly("near_text");
    assertThat(report.lengths().text().examples()).isEqualTo(3);
    assertThat(report.lengths().prompt()).isNull();
  }

  @Test
  void saysNothingOfLeaksWhereThereIsNone() throws IOException {
    Report report = filled(60).chat("test", "A question of its own.", "Yes.").report(folder);

    assertThat(report.leaks().leaked()).isZero();
    assertThat(codes(report)).doesNotContain("leak", "leak_check_sampled", "duplicates");
  }

  @Test
  void warnsOfLeaksAndSaysWhatToDo() throws IOException {
    Report report = filled(60).chat("train", STORY, "x").chat("test", STORY, "x").report(folder);

    assertThat(report.lookAt().getFirst())
        .satisfies(
            finding -> {
              assertThat(finding.level()).isEqualTo(Finding.Level.PROBLEM);
              assertThat(finding.code()).isEqualTo("leak");
              assertThat(finding.message()).contains("1 of 1 validation and test examples");
              assertThat(finding.remedy()).contains("\"duplicates\": \"near\"");
            });
  }

  @Test
  void saysSoWhenItLooksAtASampleOnly() throws IOException {
    ReportLines lines = filled(300);
    for (int i = 0; i < 60; i++) {
      lines.chat("test", "Question %d of %d %s".formatted(i, i * 7919, spelled(i)), "Yes.");
    }

    Report report = lines.report(folder, new Sampling.Limits(200, 40));

    assertThat(report.duplicates().compared().examples()).isEqualTo(360);
    assertThat(report.duplicates().compared().exact()).isBetween(150L, 250L);
    assertThat(report.duplicates().compared().near()).isBetween(15L, 65L);
    assertThat(report.leaks().parts().get(1).compared().exact())
        .as("validation and test have the room that they need")
        .isEqualTo(60);
    assertThat(codes(report)).contains("leak_check_sampled");
  }

  @Test
  void tellsFromAFewThatWereComparedHowManyMayBeAlmostTheSame() throws IOException {
    ReportLines lines = new ReportLines();
    for (int i = 0; i < 300; i++) {
      lines.chat("train", spelled(i, 40), "No.");
    }
    for (int i = 0; i < 600; i++) {
      lines.chat("test", spelled(i % 300, 39) + " " + spelled(i + 5000, 1), "No.");
    }

    Report report = lines.report(folder, new Sampling.Limits(10_000, 60));

    assertThat(report.leaks().parts().get(1).rate()).isGreaterThan(0.3);
    assertThat(report.lookAt())
        .filteredOn(finding -> finding.code().equals("leak"))
        .singleElement()
        .satisfies(
            leak -> {
              assertThat(leak.level()).isEqualTo(Finding.Level.PROBLEM);
              assertThat(leak.message())
                  .startsWith("At least ")
                  .contains(" of 600 validation and test examples (by the sample from ");
            });
    assertThat(report.lookAt())
        .filteredOn(finding -> finding.code().equals("duplicates"))
        .extracting(Finding::level)
        .containsExactly(Finding.Level.WARNING);
  }

  @Test
  void groupsWhatRepeatsWithItsPlaces() throws IOException {
    ReportLines lines = filled(30);
    for (int i = 0; i < 7; i++) {
      lines.chat("train", STORY, "A ferry leaves.");
    }
    lines.chat("train", STORY.replace("six", "ten"), "A ferry leaves.");

    Duplicates duplicates = lines.report(folder).duplicates();

    assertThat(duplicates.exact()).isEqualTo(6);
    assertThat(duplicates.near()).isEqualTo(1);
    assertThat(duplicates.groups())
        .extracting(Duplicates.Group::kind)
        .containsExactly("exact", "near");
    assertThat(duplicates.groups().getFirst().size()).isEqualTo(7);
    assertThat(duplicates.groups().getFirst().places())
        .extracting(Report.ExampleAt::row)
        .containsExactly(32, 33, 34, 35, 36, 37);
  }

  @Test
  void doesNotTakeAnAugmentedExampleForADuplicate() throws IOException {
    ReportLines lines = filled(10).chat("train", STORY, "A ferry leaves.");
    lines.chat("train", STORY, "A ferry leaves.").with("\"augmented\":{\"method\":\"synonyms\"}");
    lines.chat("test", STORY, "A ferry leaves.");

    Report report = lines.report(folder);

    assertThat(report.duplicates().exact()).as("the one of the test part").isEqualTo(1);
    assertThat(report.leaks().leaked()).isEqualTo(1);
  }

  @Test
  void doesNotTakeTheWordsOfATemplateForLikeness() throws IOException {
    ReportLines lines = new ReportLines();
    for (int i = 0; i < 30; i++) {
      lines.labelled(i < 20 ? "train" : "test", "film " + spelled(i), i % 2 == 0 ? "good" : "bad");
    }

    Report report = lines.report(folder);

    assertThat(report.duplicates().exact() + report.duplicates().near()).isZero();
    assertThat(report.leaks().leaked()).isZero();
    assertThat(report.labels().different()).isEqualTo(2);
  }

  @Test
  void tellsRemovedRowsFromRefusedOnes() throws IOException {
    ReportLines lines = filled(50);
    for (int i = 0; i < 25; i++) {
      lines.refused("empty_cell", "the cell is empty; fill it in");
    }
    for (int i = 0; i < 6; i++) {
      lines.refused("duplicate", "it repeats row 2 of a.xlsx");
    }
    lines.refused("too_short", "it has 1 characters").refused("filtered", "not this year");

    Report report = lines.report(folder);

    assertThat(report.rows()).isEqualTo(new Report.Rows(83, 50, 26, 7, 50));
    Report.RefusalGroup first = report.refusals().getFirst();
    assertThat(first.code()).isEqualTo("empty_cell");
    assertThat(first.kind()).isEqualTo("refused");
    assertThat(first.rows()).isEqualTo(25);
    assertThat(first.first()).hasSize(20);
    assertThat(first.first().getFirst().cell()).isEqualTo("C1000");
    assertThat(first.list()).isEqualTo("refused?code=empty_cell");
    assertThat(report.refusals())
        .filteredOn(group -> group.kind().equals("removed"))
        .extracting(Report.RefusalGroup::code)
        .containsExactly("duplicate", "too_short");
    assertThat(report.duplicates().removed().getFirst())
        .satisfies(
            group -> {
              assertThat(group.rows()).isEqualTo(6);
              assertThat(group.reason()).contains("row 2");
              assertThat(group.first()).hasSize(5);
            });
    assertThat(codes(report)).contains("rows_refused", "cleaning_removed", "rows_left_out");
  }

  @Test
  void refusesCountsThatDoNotAddUp() {
    assertThatThrownBy(() -> new Report.Rows(10, 5, 3, 1, 5)).hasMessageContaining("10 rows came");
  }

  @Test
  void warnsOfLabelsThatAreRareOrMissing() throws IOException {
    ReportLines lines = new ReportLines();
    for (int i = 0; i < 90; i++) {
      lines.labelled(i % 3 == 0 ? "test" : "train", "film " + spelled(i), "good");
    }
    for (int i = 90; i < 93; i++) {
      lines.labelled("train", "film " + spelled(i), "bad");
    }
    lines.labelled("test", "film " + spelled(99), "odd");

    Report report = lines.report(folder);

    assertThat(codes(report))
        .containsSubsequence("label_never_trained", "labels_unbalanced", "label_never_tested");
    assertThat(report.lookAt())
        .filteredOn(f -> f.code().equals("label_never_trained"))
        .singleElement()
        .satisfies(f -> assertThat(f.message()).contains("'odd'"));
  }

  @Test
  void ordersWhatToLookAtByItsWeight() throws IOException {
    ReportLines lines = new ReportLines().chat("train", STORY, "x").chat("test", STORY, "x");
    lines.refused("empty_cell", "fill it in").refused("duplicate", "it repeats row 2");

    Report report = lines.report(folder);

    assertThat(report.lookAt()).isSortedAccordingTo((a, b) -> a.level().compareTo(b.level()));
    assertThat(codes(report)).contains("leak", "few_examples", "validation_empty");
  }

  @Test
  void showsTheFirstTheShortestTheLongestAndSomeOthers() throws IOException {
    ReportLines lines = filled(100);
    lines.chat("train", "Hm", "x").chat("train", "Long. ".repeat(1000), "Very long.");

    List<Sample> samples = lines.report(folder).samples();

    assertThat(samples)
        .extracting(Sample::why)
        .containsExactly("first", "shortest", "longest", "random", "random", "random", "random");
    assertThat(samples).extracting(s -> s.at().id()).doesNotHaveDuplicates();
    assertThat(samples.get(1).messages().get(1).content()).isEqualTo("Hm");
    Report.SampleTurn longest = samples.get(2).messages().get(1);
    assertThat(longest.content()).hasSize(1500);
    assertThat(longest.cut()).isEqualTo(4500);
  }

  @Test
  void saysHowManyMessagesOfALongChatItLeavesOut() throws IOException {
    List<Turn> turns =
        Collections.nCopies(13, List.of(Turn.user("Why?"), Turn.assistant("So."))).stream()
            .flatMap(List::stream)
            .toList();
    Report report = new ReportLines().chat("train", turns).report(folder);

    Sample sample = report.samples().getFirst();

    assertThat(sample.messages()).hasSize(20);
    assertThat(sample.moreMessages()).isEqualTo(6);
    assertThat(ReportPage.of(report, "ds-1")).contains("6 messages more are not shown.");
  }

  @Test
  void countsTokensWhereTheLinesHaveThem() throws IOException {
    Report without = filled(5).report(folder);
    ReportLines lines = filled(5);
    lines
        .chat("train", "What?", "That.")
        .with("\"tokens\":{\"total\":12,\"prompt\":9,\"answer\":3}");
    lines.chat("train", "And?", "This.").with("\"tokens\":{\"total\":90,\"cut_off\":26}");
    Report report = lines.report(folder);

    assertThat(without.lengths().tokens()).isNull();
    assertThat(report.lengths().tokens().all().max()).isEqualTo(90);
    assertThat(report.lengths().tokens().answer().max()).isEqualTo(3);
    assertThat(report.lookAt())
        .filteredOn(finding -> finding.code().equals("cut_off"))
        .singleElement()
        .satisfies(
            f -> assertThat(f.message()).startsWith("1 of 2 examples").contains("26 tokens"));
  }

  @Test
  void countsNoTokensOfPromptAndAnswerInPlainText() throws IOException {
    ReportLines lines = new ReportLines();
    lines.text("train", STORY).with("\"tokens\":{\"total\":90,\"prompt\":0,\"answer\":90}");

    Lengths.Tokens tokens = lines.report(folder).lengths().tokens();

    assertThat(tokens.all().max()).isEqualTo(90);
    assertThat(tokens.prompt()).isNull();
    assertThat(tokens.answer()).isNull();
  }

  @Test
  void isTheSameBytesOfTheSameLines() throws IOException {
    ReportLines lines = filled(80).chat("test", STORY, "x").refused("empty_cell", "fill it in");

    assertThat(Reports.bytes(lines.report(folder))).isEqualTo(Reports.bytes(lines.report(folder)));
  }

  @Test
  void usesTheSimilarityOfTheCleaning() throws IOException {
    ReportLines lines =
        filled(5).clean(new DatasetSpec.Clean("near", 0.6, null, null)).chat("test", STORY, "x");

    assertThat(lines.report(folder).leaks().similarity()).isEqualTo(0.6);
  }

  @Test
  void reportsOnNothing() throws IOException {
    Report report = new ReportLines().refused("empty_cell", "fill it in").report(folder);

    assertThat(report.rows()).isEqualTo(new Report.Rows(1, 0, 1, 0, 0));
    assertThat(report.leaks()).isNull();
    assertThat(report.duplicates()).isNull();
    assertThat(report.samples()).isEmpty();
    assertThat(report.lookAt().getFirst().code()).isEqualTo("rows_refused");
  }

  private static ReportLines filled(int examples) throws IOException {
    return filled(new ReportLines(), examples);
  }

  private static ReportLines filled(ReportLines lines, int examples) throws IOException {
    for (int i = 0; i < examples; i++) {
      lines.chat("train", "Tell me of " + spelled(i) + ".", spelled(i + 5000) + " it is.");
    }
    return lines;
  }

  /** A number in words that share no piece of five letters with those of another. */
  private static String spelled(int number) {
    return spelled(number, 6);
  }

  private static String spelled(int number, int words) {
    StringBuilder spelled = new StringBuilder();
    for (int word = 0; word < words; word++) {
      long hash = Double.doubleToLongBits(Sampling.place(number + "/" + word));
      for (int letter = 0; letter < 6; letter++) {
        spelled.append((char) ('a' + Math.floorMod(hash >> 4 * letter, 26)));
      }
      spelled.append(' ');
    }
    return spelled.toString().strip();
  }

  private static List<String> codes(Report report) {
    return report.lookAt().stream().map(Finding::code).toList();
  }
}
