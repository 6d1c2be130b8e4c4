package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.recipe.Papers.Paper;
import io.tunemesh.dataset.recipe.Sample.Made;
import org.junit.jupiter.api.Test;

class PapersTest {

  private static final String PAPERS =
      """
      uuid\ttitle\tauthor\tabstract\tKeywords\tlabel
      1\tStents in small arteries\tLi, Wang\tWe compare two stents.\tstent\t1
      2\t桥梁的振动\t赵\t本文研究桥梁。\t桥梁\t0
      3\tA third paper\tChen\tIt has no right label.\t\tyes
      4\t\tSun\tIt has no title.\t\t0
      """;

  @Test
  void asksOneFixedQuestionThatEndsWithAnArrow() throws Exception {
    Made made = Sample.tsv(PAPERS).read("paper_classification");

    assertThat(made.texts(0))
        .containsExactly(
            "user: Decide from its title and abstract whether the following paper belongs to"
                + " medicine. Answer 1 if it does and 0 if it does not. The paper -->\n"
                + "title:Stents in small arteries,abstract:We compare two stents.",
            "assistant: 1");
    assertThat(made.texts(1).getFirst()).contains("-->\ntitle:桥梁的振动,abstract:本文研究桥梁。");
    assertThat(made.examples().getFirst().structure())
        .isEqualTo(
            new Paper(
                "1",
                "Stents in small arteries",
                "Li, Wang",
                "We compare two stents.",
                "stent",
                "1"));
    assertThat(made.reading().type().task()).isEqualTo(Task.CLASSIFICATION);
  }

  @Test
  void showsTheAuthorWhenAsked() throws Exception {
    Made made = Sample.tsv(PAPERS).with("author", "true").read("paper_classification");

    assertThat(made.texts(0).getFirst())
        .endsWith("title:Stents in small arteries,author:Li, Wang,abstract:We compare two stents.");
  }

  @Test
  void refusesWhatIsNeitherOneNorZeroWithItsCell() throws Exception {
    Made made = Sample.tsv(PAPERS).read("paper_classification");

    assertThat(made.codes()).containsExactly("label_unknown", "empty_cell");
    assertThat(made.refused().getFirst().cell()).isEqualTo("F4");
    assertThat(made.refused().getFirst().reason()).contains("not 'yes'");
    assertThat(made.refused().getLast().cell()).isEqualTo("B5");
  }

  @Test
  void refusesAnErrorOnlyWhereTheModelIsShownIt() throws Exception {
    Sample papers = Sample.tsv("title\tauthor\tabstract\tkeywords\tlabel\nA\t#N/A\tB\t#N/A\t1\n");

    assertThat(papers.read("paper_classification").examples()).hasSize(1);
    assertThat(papers.with("author", "true").read("paper_classification").codes())
        .containsExactly("error_value");
  }
}
