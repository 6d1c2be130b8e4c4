package io.tunemesh.inference.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.inference.knowledge.RetrievalQuality.Reached;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetrievalQualityTest {

  private static final Path PASSAGES = Path.of("bench/retrieval/passages.tsv");
  private static final Path QUESTIONS = Path.of("bench/retrieval/questions.tsv");
  private static final double MARGIN = 0.03;

  @Test
  void wordsAndMeaningTogetherAreNoWorseThanTheBetterOfBoth() throws Exception {
    Map<String, Reached> reached = RetrievalQuality.of(PASSAGES, QUESTIONS);

    Reached sparse = reached.get("sparse");
    Reached dense = reached.get("dense");
    Reached fused = reached.get("fused");
    assertThat(fused.recall())
        .as(reached.toString())
        .isGreaterThanOrEqualTo(Math.max(sparse.recall(), dense.recall()) - MARGIN);
    assertThat(fused.mrr())
        .as(reached.toString())
        .isGreaterThanOrEqualTo(Math.max(sparse.mrr(), dense.mrr()) - MARGIN);
    assertThat(dense.recall()).as(reached.toString()).isGreaterThan(0.8);
  }

  @Test
  void theQuestionsAreLabelled() throws Exception {
    Set<String> passages =
        RetrievalQuality.pairs(PASSAGES).stream().map(p -> p[0]).collect(Collectors.toSet());

    assertThat(passages).hasSizeGreaterThanOrEqualTo(100);
    assertThat(RetrievalQuality.pairs(QUESTIONS)).hasSizeGreaterThanOrEqualTo(60);
    assertThat(RetrievalQuality.pairs(QUESTIONS)).allMatch(pair -> passages.contains(pair[1]));
  }

  @Test
  void findsNamesAndCodesInDocumentsOfAnotherLanguage(@TempDir Path folder) throws IOException {
    List<String> english =
        Files.readAllLines(Path.of("bench/retrieval/passages.tsv")).stream()
            .filter(line -> line.startsWith("en-"))
            .toList();
    Path passages = Files.write(folder.resolve("passages.tsv"), english);
    Path across = Path.of("bench/retrieval/across.tsv");
    List<String> named =
        Files.readAllLines(across).stream()
            .filter(line -> line.matches(".*[A-Z]+-\\d+.*"))
            .toList();
    assertThat(named).hasSizeGreaterThan(1);

    var reached =
        RetrievalQuality.of(passages, Files.write(folder.resolve("questions.tsv"), named));

    assertThat(reached.get("fused").recall()).isEqualTo(1);
    System.out.println(
        "Chinese questions, English passages: " + RetrievalQuality.of(passages, across));
  }
}
