package io.tunemesh.dataset.exam;

import java.text.Normalizer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which column of a header holds what. Names are compared without regard to width, case, spaces and
 * punctuation; a mapping by the user goes before every synonym.
 *
 * @param indexes the column index of each part that was found
 */
public record ExamColumns(Map<ExamColumn, Integer> indexes) {
  private static final Map<ExamColumn, Set<String>> NAMES =
      Map.of(
          ExamColumn.TEXT,
          Set.of(
              "阅读文本",
              "文本",
              "原文",
              "阅读材料",
              "材料",
              "文章",
              "阅读文章",
              "短文",
              "阅读",
              "阅读内容",
              "文本内容",
              "阅读原文",
              "文段",
              "阅读短文",
              "正文",
              "语篇",
              "text",
              "passage",
              "readingtext",
              "reading",
              "article",
              "material",
              "readingpassage",
              "readingmaterial",
              "context",
              "content",
              "passagetext"),
          ExamColumn.OPTIONS,
          Set.of(
              "选项",
              "题目",
              "问题",
              "试题",
              "题干",
              "题目选项",
              "题目与选项",
              "题目及选项",
              "题目和选项",
              "问题与选项",
              "问题及选项",
              "选择题",
              "题干与选项",
              "题干及选项",
              "试题及选项",
              "小题",
              "options",
              "option",
              "questions",
              "question",
              "choices",
              "choice",
              "questionsandoptions",
              "questionsoptions",
              "questionswithoptions",
              "items",
              "questionandoptions"),
          ExamColumn.ANSWERS,
          Set.of(
              "答案",
              "参考答案",
              "正确答案",
              "标准答案",
              "答案解析",
              "答案及解析",
              "答案与解析",
              "答案和解析",
              "选项答案",
              "答题",
              "解答",
              "answers",
              "answer",
              "key",
              "keys",
              "answerkey",
              "answerkeys",
              "solution",
              "solutions",
              "correctanswer",
              "correctanswers",
              "answersandexplanations"));

  public ExamColumns {
    indexes = Map.copyOf(indexes);
  }

  /** Finds the columns of a header by their names alone. */
  public static ExamColumns find(List<String> header) {
    return find(header, Map.of());
  }

  /**
   * Finds the columns of a header. What the mapping names is looked up by that name; the rest is
   * found by synonyms, the plainest name first. A name that stands twice leaves its part unfound.
   *
   * @param mapping header names chosen by the user, by part
   */
  public static ExamColumns find(List<String> header, Map<ExamColumn, String> mapping) {
    var found = new EnumMap<ExamColumn, Integer>(ExamColumn.class);
    for (ExamColumn part : ExamColumn.values()) {
      String wanted = mapping.get(part);
      int only = -1;
      int count = 0;
      for (int i = 0; i < header.size(); i++) {
        boolean fits =
            wanted == null
                ? named(header.get(i)) == part && !isMapped(header.get(i), mapping)
                : plain(header.get(i)).equals(plain(wanted));
        if (fits) {
          only = i;
          count++;
        }
      }
      if (count > 1 && wanted == null) {
        int main = mainName(header, part);
        if (main >= 0) {
          only = main;
          count = 1;
        }
      }
      if (count == 1) {
        found.put(part, only);
      }
    }
    return new ExamColumns(found);
  }

  /** True when the text, the options and the answers were all found. */
  public boolean isComplete() {
    return indexes.size() == ExamColumn.values().length;
  }

  /** The parts for which no single column was found. */
  public List<ExamColumn> missing() {
    return List.of(ExamColumn.values()).stream().filter(p -> !indexes.containsKey(p)).toList();
  }

  /** The cells of a row; a column beyond its end is an empty cell. */
  public ExamCells cells(List<String> row) {
    return new ExamCells(
        cell(row, ExamColumn.TEXT), cell(row, ExamColumn.OPTIONS), cell(row, ExamColumn.ANSWERS));
  }

  /** The part that a header name stands for, or null. */
  static ExamColumn named(String name) {
    if (name == null || name.isEmpty() || name.length() > 40) {
      return null;
    }
    String plain = plain(name);
    for (ExamColumn part : ExamColumn.values()) {
      if (NAMES.get(part).contains(plain)) {
        return part;
      }
    }
    return null;
  }

  private String cell(List<String> row, ExamColumn part) {
    Integer index = indexes.get(part);
    return index == null || index >= row.size() ? "" : row.get(index);
  }

  private static boolean isMapped(String name, Map<ExamColumn, String> mapping) {
    return mapping.values().stream().anyMatch(chosen -> plain(chosen).equals(plain(name)));
  }

  private static int mainName(List<String> header, ExamColumn part) {
    String main =
        switch (part) {
          case TEXT -> "阅读文本";
          case OPTIONS -> "选项";
          case ANSWERS -> "答案";
        };
    int first = -1;
    for (int i = 0; i < header.size(); i++) {
      if (plain(header.get(i)).equals(main) || plain(header.get(i)).equals(part.key())) {
        if (first >= 0) {
          return -1;
        }
        first = i;
      }
    }
    return first;
  }

  private static String plain(String name) {
    String folded = Normalizer.normalize(name == null ? "" : name, Normalizer.Form.NFKC);
    var out = new StringBuilder();
    folded
        .toLowerCase(Locale.ROOT)
        .codePoints()
        .filter(Character::isLetterOrDigit)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
