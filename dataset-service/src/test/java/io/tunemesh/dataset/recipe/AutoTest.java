package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          阅读文本 选项 答案                         | exam
          text questions answers                    | exam
          text question answer                      | exam
          uuid title author abstract Keywords label | paper_classification
          instruction input output                  | alpaca
          instruction context response              | alpaca
          question answer                           | alpaca
          conversations system tools                | sharegpt
          messages                                  | messages
          messages completion                       | messages
          context response                          | context_response
          text label                                | text_classification
          input_text label                          | text_classification
          sentence1 sentence2 label                 | sentence_pair
          text score                                | regression
          tokens ner_tags                           | tagging
          source target                             | translation
          id text                                   | plain_text
          """)
  void choosesByTheColumns(String header, String recipe) throws Exception {
    assertThat(table(header).auto()).isEqualTo(recipe);
  }

  @ParameterizedTest
  @CsvSource({"bio, tagging", "text, plain_text"})
  void choosesByTheKind(String kind, String recipe) throws Exception {
    String row = "{\"tokens\": [\"a\"], \"tags\": [\"O\"], \"text\": \"a\"}";
    assertThat(Sample.keyed(kind, row).auto()).isEqualTo(recipe);
  }

  @Test
  void doesNotGuessBetweenTwoThatFit() {
    assertThatThrownBy(() -> table("text label score").auto())
        .isInstanceOf(RecipeUnclear.class)
        .hasMessageContaining("choose one of text_classification, regression");
    assertThatThrownBy(() -> table("context question answer").auto())
        .hasMessageContaining("choose one of exam, alpaca");
    assertThatThrownBy(() -> Sample.headless("a\tb").auto())
        .hasMessageContaining("more than one recipe");
  }

  @Test
  void namesTheColumnsWhenNothingFits() {
    assertThatThrownBy(() -> table("name price").auto())
        .isInstanceOf(RecipeUnclear.class)
        .hasMessageContaining("'name' (A), 'price' (B)")
        .hasMessageContaining("one of exam, ");
  }

  @Test
  void letsTheUserChooseWhatADocumentIsFor() {
    assertThatThrownBy(() -> Sample.keyed("pdf", "{\"heading\": \"a\", \"text\": \"b\"}").auto())
        .isInstanceOf(RecipeUnclear.class)
        .hasMessageContaining("knowledge for retrieval; choose plain_text");
  }

  @Test
  void asksForTheRoleOfAScript() throws Exception {
    Sample script = Sample.keyed("script", "{\"speaker\": \"A\", \"text\": \"a\"}");

    assertThatThrownBy(script::auto)
        .isInstanceOf(RecipeUnclear.class)
        .hasMessageContaining("settings.role is missing: give the speaker")
        .extracting(e -> ((RecipeUnclear) e).field())
        .isEqualTo("settings.role");
    assertThat(script.with("role", "A").auto()).isEqualTo("role_dialogue");
  }

  @Test
  void isLedByTheRolesAndSettingsThatAreGiven() throws Exception {
    assertThat(table("body grade").column("text", "body").column("score", "grade").auto())
        .isEqualTo("regression");
    assertThat(table("text label score").with("labels", "a, b").auto())
        .isEqualTo("text_classification");
  }

  @Test
  void passesOverSheetsThatAreSomethingElse() throws Exception {
    Sheet notes = new Sheet("notes", 1, List.of(new Column("remark", "A")), 1);
    Sheet data = new Sheet("data", 1, List.of(new Column("原文", "A"), new Column("译文", "B")), 0);
    Sample workbook =
        Sample.workbook(
            List.of(notes, data), List.of(new SourceRecord("notes", 2, Map.of("remark", "x"))));

    assertThat(workbook.auto()).isEqualTo("translation");
    assertThat(workbook.read("translation").codes()).containsExactly("columns_missing");
  }

  @Test
  void asksASheetWithoutAHeaderForNothingBesideOneThatHasIt() throws Exception {
    Sheet data = new Sheet("data", 1, List.of(new Column("原文", "A"), new Column("译文", "B")), 0);
    Sheet notes = new Sheet("notes", 0, List.of(new Column("A", "A")), 1);
    Sample workbook =
        Sample.workbook(
            List.of(data, notes), List.of(new SourceRecord("notes", 1, Map.of("A", "x"))));

    assertThat(workbook.auto()).isEqualTo("translation");
    assertThat(workbook.read("translation").codes()).containsExactly("columns_missing");
    assertThatThrownBy(() -> workbook.read("plain_text")).isInstanceOf(ColumnsMissing.class);
  }

  @Test
  void readsNoNotesForATextBesideASheetThatHasIt() throws Exception {
    Sheet data = new Sheet("data", 1, List.of(new Column("text", "A")), 0);
    Sheet notes = new Sheet("notes", 0, List.of(new Column("A", "A")), 1);
    Sample workbook =
        Sample.workbook(
            List.of(data, notes), List.of(new SourceRecord("notes", 1, Map.of("A", "x"))));

    assertThat(workbook.read("plain_text").codes()).containsExactly("columns_missing");
  }

  private static Sample table(String header) {
    String line = String.join("\t", header.split(" "));
    String cells = String.join("\t", Arrays.stream(header.split(" ")).map(h -> "x").toList());
    return Sample.tsv(line + "\n" + cells + "\n");
  }
}
