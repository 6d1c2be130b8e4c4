package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExamReaderTest {
  private static final String ZH = "　　河流把上游的泥沙带到入海口，年复一年，三角洲就这样长了出来。";
  private static final String EN =
      "The river carries sand to the sea, and a delta grows year by year.";

  /** Options cell, answers cell, and the items in short: number=answer[first words of A|B|C|D]. */
  static Stream<Arguments> kept() {
    return Stream.of(
        Arguments.of(
            "1．下列说法正确的一项是（3分）\nA．泥沙\nB．海水\nC．河床\nD．岛屿\n2．请简要概括。（4分）",
            "1．C    2．①河流；②A地。",
            "1=C[泥沙|海水|河床|岛屿]"),
        Arguments.of("1.下列说法正确的一项是\nA.泥沙 B.海水\nC.河床 D.岛屿", "C", "1=C[泥沙|海水|河床|岛屿]"),
        Arguments.of("（1）下列正确的是（   ）\nА．泥沙\nВ．海水\nС．河床\nD．岛屿", "（1）D", "1=D[泥沙|海水|河床|岛屿]"),
        Arguments.of(
            "第3题 以下理解有误的是\n【A】DNA\n【B】A股\n【C】维生素C\n【D】B超",
            "第3题：B【解析】A项、C项均对，3.5%见第2段。",
            "3=B[DNA|A股|维生素C|B超]"),
        Arguments.of(
            "4、2019年以来，占比为3.5%的一项是\nA、①②④\nB、①③④\nC、②③④\nD、①②③\n5、（1）概括要点。（2分）（2）谈谈看法。（4分）",
            "4、A\n5、（1）B市；（2）略。", "4=A[①②④|①③④|②③④|①②③]"),
        Arguments.of(
            "阅读下面的文字，完成1~2题。\n1．甲说\nA．一\nB．二\nC．三\nD．四\n2．乙说\nA．五\nB．六\nC．七\nD．八",
            "1～2：DA",
            "1=D[一|二|三|四] 2=A[五|六|七|八]"),
        Arguments.of(
            "1．甲说\nA．一\nB．二\nC．三\nD．四\n（二）文学类文本阅读（12分）\n2．乙说\nA．五\nB．六\nC．七\nD．八",
            "【答案】1. D    2. A\n【解析】\n【1题详解】\nA项错在第2段。故选D。\n【2题详解】\n故选A。",
            "1=D[一|二|三|四] 2=A[五|六|七|八]"),
        Arguments.of(
            "32. What is true?\nA. It is in D.C.\tC. Plan B.\nB. Vitamin C.\tD. At 5 p.m.",
            "32. B. The underlying logic is in Paragraph 3. A is wrong.",
            "32=B[It is in D.C.|Vitamin C.|Plan B.|At 5 p.m.]"),
        Arguments.of(
            "(   )32．Why?   A. To rest. B. To eat. C. To go. D. To see.\n"
                + "(   )33．Who?   A. A. Smith. B. B. C. Stone. C. A boy. D. D. H. Lee.",
            "32-33 BD",
            "32=B[To rest.|To eat.|To go.|To see.] 33=D[A. Smith.|B. C. Stone.|A boy.|D. H. Lee.]"),
        Arguments.of(
            "Q7. In 2008, 1. 2 million people moved because ____.\r\n"
                + "a. it rained\r\n"
                + "b. it snowed\r\n"
                + "c. of fire\r\n"
                + "d. of wind",
            "7: c",
            "7=C[it rained|it snowed|of fire|of wind]"),
        Arguments.of(
            "21.Which?_x000D_\nA.One_x000D_\nB.Two_x000D_\nC.Three_x000D_\nD.Four_x000D_\n",
            "Keys: 21D",
            "21=D[One|Two|Three|Four]"),
        Arguments.of("５．下列　\nＡ．泥沙\n堆积\nＢ．海水\nＣ．河床\nＤ．岛屿", "５．Ｂ（3分）", "5=B[泥沙堆积|海水|河床|岛屿]"),
        Arguments.of("⒈甲说\nⒶ一\nⒷ二\nⒸ三\nⒹ四", "题号\t1\n答案\tD", "1=D[一|二|三|四]"),
        Arguments.of(
            "1．甲说\nA．一\nB．二\nC．三\nD．四\n2．乙说\nA．五\nB．六\nC．七\nD．八",
            "题号\t1\t2\n答案\tD\tA",
            "1=D[一|二|三|四] 2=A[五|六|七|八]"),
        Arguments.of(
            "1．甲说\nA．一\nB．二\nC．三\nD．四\n2．乙说\nA．五\nB．六\nC．七\nD．八",
            "【1题详解】因此排除其余各项。故选D。\n【2题详解】故选A项。",
            "1=D[一|二|三|四] 2=A[五|六|七|八]"));
  }

  @ParameterizedTest
  @MethodSource("kept")
  void keepsAWholeRow(String options, String answers, String expected) {
    String text = options.codePoints().anyMatch(c -> c > 0x4E00 && c < 0x9FFF) ? ZH : EN;

    ExamRow row = Roads.read(new ExamCells(text, options, answers));

    assertThat(row).isInstanceOf(ExamRow.Kept.class);
    var kept = (ExamRow.Kept) row;
    assertThat(kept.language()).isEqualTo(text.equals(ZH) ? Language.ZH : Language.EN);
    assertThat(kept.items().stream().map(ExamReaderTest::brief).collect(Collectors.joining(" ")))
        .isEqualTo(expected);
  }

  static Stream<Arguments> refused() {
    String whole = "1．甲说\nA．一\nB．二\nC．三\nD．四\n2．乙说\nA．五\nB．六\nC．七\nD．八";
    return Stream.of(
        Arguments.of(
            "33. Who?\nA. I\nB. You\nD. He",
            "33. A",
            Refusal.OPTION_MISSING,
            "question 33 has options A, B, D: option C is missing"),
        Arguments.of("1．甲说\nA．一\nB．二\nC．三\nD．四\nE．五", "1．A", Refusal.OPTION_EXTRA, "option E"),
        Arguments.of(
            "1．甲说\nA．一\nB．二\nB．三\nD．四", "1．A", Refusal.OPTION_MISSING, "option C is missing"),
        Arguments.of(
            "1．甲说\nA．一\nB．\nC．三\nD．四",
            "1．A",
            Refusal.OPTION_EMPTY,
            "option B of question 1 is empty"),
        Arguments.of(
            "1．甲说\nA．一\nB．一\nC．三\nD．四",
            "1．A",
            Refusal.OPTION_REPEATED,
            "two options of question 1"),
        Arguments.of("1．\nA．一\nB．二\nC．三\nD．四", "1．A", Refusal.NO_STEM, "question 1"),
        Arguments.of(
            "甲说\nA．一\nB．二\nC．三\nD．四",
            "A",
            Refusal.UNNUMBERED_QUESTION,
            "before the first question number"),
        Arguments.of(
            "1．甲说\nA．一\nB．二\nC．三\nD．四\n乙说\nA．五\nB．六\nC．七\nD．八",
            "1．A 2．B",
            Refusal.UNNUMBERED_QUESTION,
            "after question 1"),
        Arguments.of(
            "1．甲说\nA．一\nB．二\nC．三\nD．四\n1．乙说\nA．五\nB．六\nC．七\nD．八",
            "1．A 2．B",
            Refusal.NUMBER_REPEATED,
            "1"),
        Arguments.of(
            "1．甲说\nA．一\nB．二\nC．三\nD．四。\n请简要概括。（4分）",
            "1．A",
            Refusal.UNNUMBERED_QUESTION,
            "option D of question 1"),
        Arguments.of("请简要概括全文。", "略去", Refusal.NO_QUESTIONS, "numbered question"),
        Arguments.of("4．请简要概括全文。", "4．①一；②二。", Refusal.NO_QUESTIONS, "no question has"),
        Arguments.of(whole, "1．A", Refusal.ANSWER_MISSING, "question 2 has no answer letter"),
        Arguments.of(whole, "1．A 2．E", Refusal.ANSWER_OUTSIDE, "question 2 is answered by E"),
        Arguments.of(whole, "1．A 2．BC", Refusal.ANSWER_MULTIPLE, "question 2 has more than one"),
        Arguments.of(whole, "1-2 ABC", Refusal.ANSWER_COUNT, "run of answers"),
        Arguments.of(whole, "ABC", Refusal.ANSWER_COUNT, "3"),
        Arguments.of(whole, "1．A 2．B 3．C", Refusal.ANSWER_WITHOUT_QUESTION, "question 3"),
        Arguments.of(whole, "1．A 2．B\n1．C 2．B", Refusal.ANSWERS_AMBIGUOUS, "more than one way"),
        Arguments.of(whole, "1．A\n2．B【解析】故选C。", Refusal.ANSWER_CONFLICT, "concludes C"),
        Arguments.of(
            whole + "\n3．丙说", "1．A 2．B 3．C", Refusal.ANSWER_WITHOUT_QUESTION, "question 3"),
        Arguments.of(whole, "32．A 33．B", Refusal.ANSWER_MISSING, "question 1"),
        Arguments.of("1．A 2．B", whole, Refusal.WRONG_COLUMN, "exchange"),
        Arguments.of(whole, "", Refusal.EMPTY_CELL, "answers"),
        Arguments.of(whole, " 　\n", Refusal.EMPTY_CELL, "answers"),
        Arguments.of("#REF!", "1．A", Refusal.ERROR_VALUE, "#REF!"),
        Arguments.of("&nbsp;#getting_data", "1．A", Refusal.ERROR_VALUE, "#getting_data"),
        Arguments.of("选项", "答案", Refusal.HEADER_ROW, "header"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesABrokenRowAndSaysWhatToMend(
      String options, String answers, Refusal code, String words) {
    ExamRow row = Roads.read(new ExamCells(ZH, options, answers));

    assertThat(row).isInstanceOf(ExamRow.Refused.class);
    var refused = (ExamRow.Refused) row;
    assertThat(refused.code()).as(refused.reason()).isEqualTo(code);
    assertThat(refused.reason()).contains(words);
  }

  @Test
  void refusesARowWithoutAText() {
    var row = Roads.read(new ExamCells("", "1．甲\nA．一\nB．二\nC．三\nD．四", "1．A"));

    assertThat(row)
        .isEqualTo(
            new ExamRow.Refused(
                Refusal.EMPTY_CELL, ExamColumn.TEXT, "the text cell is empty; fill it in"));
  }

  @Test
  void namesTheQuestionsThatWereLeftOut() {
    var row = Roads.read(new ExamCells(ZH, "1．甲\nA．一\nB．二\nC．三\nD．四\n2．请概括。（4分）", "1．A 2．①一"));

    assertThat(((ExamRow.Kept) row).leftOut())
        .singleElement()
        .satisfies(note -> assertThat(note.number()).isEqualTo(2))
        .satisfies(note -> assertThat(note.stem()).isEqualTo("请概括。（4分）"));
  }

  private static String brief(Item item) {
    return item.number()
        + "="
        + item.answer()
        + "["
        + String.join("|", item.options().values())
        + "]";
  }
}
