package io.tunemesh.dataset.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NearDuplicatesTest {

  private static final Random DICE = new Random(11);

  @TempDir Path folder;

  @BeforeEach
  void sameTextsInWhateverOrder() {
    DICE.setSeed(11);
  }

  @Test
  void keepsTheFirstOfTextsThatDifferInWidthCaseAndSpacesOnly() throws IOException {
    NearDuplicates seen = new NearDuplicates(0.8);

    assertThat(seen.add("The Quick brown fox jumps over the lazy dog.", 0)).isEmpty();
    assertThat(seen.add("the quick  brown fox, jumps over the LAZY dog", 1)).hasValue(0);
    assertThat(seen.add("敏捷的棕色狐狸跳过了懒狗身上", 2)).isEmpty();
    assertThat(seen.add("敏捷的棕色狐狸，跳过了懒狗身上。", 3)).hasValue(2);
    assertThat(seen.add("完全不同的一句话，说的是别的事情", 4)).isEmpty();
  }

  @Test
  void takesTextsShorterThanAPieceAsTheyAre() throws IOException {
    NearDuplicates seen = new NearDuplicates(0.8);

    assertThat(seen.add("", 0)).isEmpty();
    assertThat(seen.add("…", 1)).as("a text without letters is itself").isEmpty();
    assertThat(seen.add(" … ", 1)).hasValue(1);
    assertThat(seen.add("yes", 2)).isEmpty();
    assertThat(seen.add("no", 3)).isEmpty();
    assertThat(seen.add("Yes!", 4)).hasValue(2);
  }

  @Test
  void needsNoMoreOfTheHeapForMoreTexts() throws Exception {
    int count = 60_000;
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(i % 100 == 99 ? texts.get(i - 99) : words(4));
    }
    Path file = Files.write(folder.resolve("texts"), texts);
    Path removed = folder.resolve("removed");

    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx24m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                DedupeSpeed.class.getName(),
                file.toString(),
                removed.toString(),
                "0.8")
            .redirectErrorStream(true);
    builder.environment().keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(said).isZero();
    assertThat(Files.readAllLines(removed)).hasSize(count / 100).contains("99", "59999");
  }

  @Test
  void estimatesTheJaccardSimilarity() {
    for (int i = 0; i < 200; i++) {
      String one = words(120);
      String other = changed(one, DICE.nextInt(40));
      int[] a = MinHash.of(Shingles.of(one));
      int[] b = MinHash.of(Shingles.of(other));
      long equal = 0;
      for (int j = 0; j < MinHash.SIZE; j++) {
        equal += a[j] == b[j] ? 1 : 0;
      }
      assertThat((double) equal / MinHash.SIZE).isCloseTo(jaccard(one, other), within(0.18));
    }
  }

  @Test
  void findsNearlyAllThatAreAlikeAndNothingThatIsNot() throws IOException {
    NearDuplicates seen = new NearDuplicates(0.7);
    List<String> originals = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      originals.add(words(150));
      assertThat(seen.add(originals.get(i), i)).isEmpty();
    }
    int alike = 0;
    int found = 0;
    for (int i = 0; i < 500; i++) {
      String copy = changed(originals.get(i), DICE.nextInt(12));
      if (jaccard(originals.get(i), copy) >= 0.8) {
        alike++;
        found += seen.add(copy, 1000 + i).equals(OptionalLong.of(i)) ? 1 : 0;
      }
    }
    assertThat(alike).isGreaterThan(300);
    assertThat((double) found / alike).isGreaterThan(0.99);
  }

  @Test
  void comparesATextWithSoManyOthersAtMost() {
    String preamble = words(100);
    NearDuplicates seen = new NearDuplicates(0.8);
    int repeated = 0;
    for (int i = 0; i < NearDuplicates.MOST; i++) {
      repeated += seen.add(preamble + words(26), i).isPresent() ? 1 : 0;
    }
    assertThat(seen.bounded()).as("there are fewer").isZero();
    for (int i = 0; i < 3 * NearDuplicates.MOST; i++) {
      repeated += seen.add(preamble + words(26), i).isPresent() ? 1 : 0;
    }
    String last = preamble + words(26);
    seen.add(last, 7_777);

    assertThat(repeated).isLessThan(2 * NearDuplicates.MOST);
    assertThat(seen.bounded()).isPositive();
    assertThat(seen.add(last, 9_999)).as("the newest are looked at").isPresent();
  }

  @Test
  void prefersSomeOfTheTextsThatOneRepeats() {
    String[] words = words(60).strip().split(" ");
    String one = other(words, 0);
    String two = other(words, 3);
    NearDuplicates seen = new NearDuplicates(0.8);
    assertThat(seen.add(one, 1)).isEmpty();
    assertThat(seen.add(two, 2)).isEmpty();

    String both = String.join(" ", words);

    assertThat(seen.add(both, 3, number -> number == 1)).hasValue(1);
    assertThat(seen.add(both, 3, number -> number == 2)).hasValue(2);
    assertThat(seen.add(both, 3, number -> false)).isPresent();
  }

  /** Less like another such text than like the words. */
  private static String other(String[] words, int from) {
    String[] some = words.clone();
    for (int i = from; i < from + 3; i++) {
      some[i * 9] = words(1).strip();
    }
    return String.join(" ", some);
  }

  @Test
  void comparesTextsAsAlikeAsTheThresholdAlmostAlways() {
    assertThat(NearDuplicates.rows(0.8)).isEqualTo(6);
    assertThat(NearDuplicates.rows(0.5)).isEqualTo(3);
    assertThat(NearDuplicates.rows(1)).isEqualTo(64);
  }

  @Test
  void refusesAThresholdThatMeansNothing() {
    assertThatThrownBy(() -> new NearDuplicates(0)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> new NearDuplicates(1.1)).hasMessageContaining("at most 1");
  }

  private static String words(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(Integer.toString(DICE.nextInt(46_656, 1_679_616), 36)).append(' ');
    }
    return text.toString();
  }

  private static String changed(String text, int words) {
    String[] all = text.split(" ");
    for (int i = 0; i < words; i++) {
      all[DICE.nextInt(all.length)] = words(1).strip();
    }
    return String.join(" ", all);
  }

  private static double jaccard(String one, String other) {
    Set<Integer> a = Arrays.stream(Shingles.of(one)).boxed().collect(Collectors.toSet());
    Set<Integer> b = Arrays.stream(Shingles.of(other)).boxed().collect(Collectors.toSet());
    long both = a.stream().filter(b::contains).count();
    return (double) both / (a.size() + b.size() - both);
  }
}
