package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExamColumnsTest {
  @ParameterizedTest
  @CsvSource({
    "阅读文本,选项,答案",
    "' 阅读 文本 ',选 项,答案：",
    "Text,OPTIONS,Answers",
    "Passage,Questions and Options,Answer Key",
    "ＴＥＸＴ,题目（选项）,参考答案"
  })
  void findsTheColumnsByTheirNames(String text, String options, String answers) {
    var columns = ExamColumns.find(List.of("序号", answers, text, options));

    assertThat(columns.indexes())
        .isEqualTo(Map.of(ExamColumn.ANSWERS, 1, ExamColumn.TEXT, 2, ExamColumn.OPTIONS, 3));
  }

  @Test
  void letsTheUsersMappingGoFirst() {
    var columns =
        ExamColumns.find(
            List.of("文章", "题", "答案", "校对"),
            Map.of(ExamColumn.OPTIONS, "题", ExamColumn.ANSWERS, "校对"));

    assertThat(columns.indexes())
        .isEqualTo(Map.of(ExamColumn.TEXT, 0, ExamColumn.OPTIONS, 1, ExamColumn.ANSWERS, 3));
  }

  @Test
  void prefersThePlainNameWhereSynonymsCompete() {
    var columns = ExamColumns.find(List.of("阅读文本", "题目", "选项", "答案"));

    assertThat(columns.indexes()).containsEntry(ExamColumn.OPTIONS, 2);
  }

  @Test
  void leavesOpenWhatStandsTwice() {
    var columns = ExamColumns.find(List.of("阅读文本", "选项", "选项", "答案"));

    assertThat(columns.isComplete()).isFalse();
    assertThat(columns.missing()).containsExactly(ExamColumn.OPTIONS);
  }

  @Test
  void takesAShortRowForEmptyCells() {
    var columns = ExamColumns.find(List.of("阅读文本", "选项", "答案"));

    assertThat(columns.cells(List.of("a"))).isEqualTo(new ExamCells("a", "", ""));
  }
}
