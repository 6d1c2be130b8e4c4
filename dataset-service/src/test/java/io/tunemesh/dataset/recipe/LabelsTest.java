package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.Labels.Labelled;
import io.tunemesh.dataset.recipe.Labels.LabelledPair;
import io.tunemesh.dataset.recipe.Sample.Made;
import org.junit.jupiter.api.Test;

class LabelsTest {

  @Test
  void asksForTheLabelInTheTextsLanguage() throws Exception {
    Made made =
        Sample.tsv("text\tlabel\nA lovely film.\tgood\n很无聊。\tbad\n\tgood\n")
            .read("text_classification");

    assertThat(made.texts(0))
        .containsExactly(
            "user: Decide which class the text below belongs to. Answer with the class alone.\n"
                + "A lovely film.",
            "assistant: good");
    assertThat(made.texts(1)).containsExactly("user: 判断下面的文本属于哪一类，只回答类别。\n很无聊。", "assistant: bad");
    assertThat(made.examples().getFirst().structure())
        .isEqualTo(new Labelled("A lovely film.", "good"));
    assertThat(made.refused().getFirst().cell()).isEqualTo("A4");
  }

  @Test
  void listsTheLabelsAndRefusesAnother() throws Exception {
    Made made =
        Sample.tsv("文本\t标签\n好看\t好\n难看\t坏\n一般\t中\n")
            .with("labels", "好，坏")
            .read("text_classification");

    assertThat(made.texts(0).getFirst()).contains("可选的类别：好, 坏。");
    assertThat(made.codes()).containsExactly("label_unknown");
    assertThat(made.refused().getFirst().cell()).isEqualTo("B4");
    assertThat(made.refused().getFirst().reason()).contains("'中' is none of the labels 好, 坏");
  }

  @Test
  void comparesPairsOfSentences() throws Exception {
    Made made =
        Sample.tsv(
                "sentence1\tsentence2\tlabel\nIt rains.\tIt is wet.\tentails\n下雨了。\t天晴了。\t矛盾\nalone\t\tx\n")
            .read("sentence_pair");

    assertThat(made.texts(0).getFirst()).endsWith("Sentence 1: It rains.\nSentence 2: It is wet.");
    assertThat(made.texts(1).getFirst()).endsWith("句子一：下雨了。\n句子二：天晴了。");
    assertThat(made.examples().get(1).structure())
        .isEqualTo(new LabelledPair("下雨了。", "天晴了。", "矛盾"));
    assertThat(made.refused().getFirst().cell()).isEqualTo("B4");
  }

  @Test
  void takesTheColumnsOfAHuggingFaceTableByTheirMapping() throws Exception {
    Made made =
        Sample.keyed(
                "parquet",
                """
                {"body_of_mail": "Win a prize!", "is_spam": 1}
                {"body_of_mail": "See you at ten.", "is_spam": 0}
                """)
            .column("text", "body_of_mail")
            .column("label", "is_spam")
            .read("text_classification");

    assertThat(made.texts(0)).last().isEqualTo("assistant: 1");
    assertThat(made.examples().getFirst().lineage().columns().get("text").letter())
        .isEqualTo("body_of_mail");
  }

  @Test
  void readsATableWithoutAHeaderInTheOrderOfItsRoles() throws Exception {
    Made made = Sample.headless("A lovely film.\tgood\nDull.\tbad").read("text_classification");

    assertThat(made.examples()).hasSize(2);
    assertThat(made.examples().getFirst().lineage().row()).isEqualTo(1);
    assertThat(made.texts(1)).last().isEqualTo("assistant: bad");
  }

  @Test
  void takesSpacesThatDoNotBreakForBlanks() throws Exception {
    Made made =
        Sample.tsv("text\tlabel\nGoal!\t体育\n\ufeffFoul!\t体育\u00a0\nHi\t\u00a0\n\u202f\u0085\tx\n")
            .with("labels", "体育\u00a0，财经")
            .read("text_classification");

    assertThat(made.examples())
        .extracting(ExampleLine::structure)
        .containsExactly(new Labelled("Goal!", "体育"), new Labelled("Foul!", "体育"));
    assertThat(made.codes()).containsExactly("empty_cell", "empty_cell");
    assertThat(made.refused()).extracting(RefusedLine::cell).containsExactly("B4", "A5");
  }

  @Test
  void refusesASpreadsheetsErrorsWithTheirCells() throws Exception {
    Made made =
        Sample.tsv("text\tlabel\nGoal!\t#N/A\n#REF!\tsport\nFoul!\t #name? \nIt shows #N/A\t#1\n")
            .read("text_classification");

    assertThat(made.refused())
        .extracting(line -> line.code() + " " + line.cell())
        .containsExactly("error_value B2", "error_value A3", "error_value B4");
    assertThat(made.refused().getFirst().reason())
        .isEqualTo("the cell of the label holds the spreadsheet error #N/A; mend its formula");
    assertThat(made.texts(0)).last().isEqualTo("assistant: #1");
  }
}
