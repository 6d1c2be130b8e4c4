package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;

/** What the habit of a cell decides that no single marker could. */
class ExamHabitTest {
  private static final String TEXT = "A reading text that is long enough.";

  private static ExamRow read(String options, String answers) {
    return Roads.read(new ExamCells(TEXT, options, answers));
  }

  private static ExamRow.Kept kept(String options, String answers) {
    ExamRow row = read(options, answers);
    assertThat(row).isInstanceOf(ExamRow.Kept.class);
    return (ExamRow.Kept) row;
  }

  private static Refusal refused(String options, String answers) {
    ExamRow row = read(options, answers);
    assertThat(row).isInstanceOf(ExamRow.Refused.class);
    return ((ExamRow.Refused) row).code();
  }

  @Test
  void takesInitialsForTextWhereTheMarkersAreBracketed() {
    var row =
        kept(
            "21. Who wrote it? (A) A man called A. J. Cronin. (B) B. B. King. (C) Can A.I. write?"
                + " (D) C. S. Lewis.",
            "21. D");
    assertThat(row.items().getFirst().options().values())
        .containsExactly(
            "A man called A. J. Cronin.", "B. B. King.", "Can A.I. write?", "C. S. Lewis.");
  }

  @Test
  void joinsANameThatALineBreakTore() {
    var row =
        kept(
            "1. Which is it?\nA. Type A blood.\nB. Grade\nD.\nC. Vitamin C.\nD. Vitamin D.\n"
                + "2. Which one?\nA. One.\nB. Two.\nC. Three.\nD. Four.",
            "1-2 BA");
    assertThat(row.items().getFirst().options()).containsEntry("B", "Grade D.");
  }

  @Test
  void readsAGluedRowWhoseOptionsEndInLatinLetters() {
    var row = kept("1．下列理解正确的一项是A．DNAB．维生素CC．A股D．B超2．下列说法正确的一项是（3分）A．甲乙B．丙丁C．戊己D．庚辛", "1．B  2．C");
    assertThat(row.items().getFirst().options().values())
        .containsExactly("DNA", "维生素C", "A股", "B超");
  }

  @Test
  void numbersQuestionsByTheirAnswersWhereAllNumbersAreLost() {
    String options = "甲说的是什么？\nA．一\nB．二\nC．三\nD．四\n乙说的是什么？\nA．五\nB．六\nC．七\nD．八";
    assertThat(kept(options, "4-5 BD").items())
        .extracting(Item::number, Item::answer)
        .containsExactly(tuple(4, 'B'), tuple(5, 'D'));
    assertThat(kept(options, "BD").items()).extracting(Item::number).containsExactly(1, 2);
    assertThat(refused(options, "1-3 BDA")).isEqualTo(Refusal.UNNUMBERED_QUESTION);
  }

  @Test
  void leavesOutAShortAnswerThatBeginsWithALetter() {
    String options = "1．甲说了什么？\nA．一\nB．二\nC．三\nD．四\n2．请从两个角度简要分析。（4分）";
    assertThat(kept(options, "1．D\n2．A角度：勤劳；B角度：坚强。").leftOut()).hasSize(1);
    assertThat(refused(options, "1．D\n2．A")).isEqualTo(Refusal.ANSWER_WITHOUT_QUESTION);
  }

  @Test
  void ignoresTheLettersOfExplanationsOnceAllAnswersAreGiven() {
    String options = "1．甲说了什么？\nA．一\nB．二\nC．三\nD．四\n2．乙说了什么？\nA．五\nB．六\nC．七\nD．八";
    var row = kept(options, "1-2 DA\n【解析】1．B“因果颠倒”，C“无中生有”。\n2．B项曲解文意。故选A。");
    assertThat(row.items()).extracting(Item::answer).containsExactly('D', 'A');
    assertThat(refused(options, "1-2 DA\n【解析】1．B“因果颠倒”。\n2．曲解文意。故选C。"))
        .isEqualTo(Refusal.ANSWER_CONFLICT);
  }

  @Test
  void refusesARunOfAnswersWithALetterTooMany() {
    String options = "1．甲说了什么？\nA．一\nB．二\nC．三\nD．四\n2．乙说了什么？\nA．五\nB．六\nC．七\nD．八";
    assertThat(refused(options, "1-2 DAB")).isEqualTo(Refusal.ANSWER_COUNT);
    assertThat(refused(options, "1-2 D、AB、C")).isEqualTo(Refusal.ANSWER_COUNT);
  }

  @Test
  void refusesAnOptionTypedTwiceInARow() {
    assertThat(
            refused(
                "1．下列正确的一项是 (A)一二三 (A)四五六 (B)七八九 (C)十 (D)百\n2．下列错误的一项是 (A)甲 (B)乙 (C)丙 (D)丁",
                "1-2 DA"))
        .isEqualTo(Refusal.OPTION_REPEATED);
  }

  @Test
  void refusesAQuestionThatAsksForAnOptionButHasNone() {
    assertThat(refused("1．甲说了什么？\nA．一\nB．二\nC．三\nD．四\n2．下列理解正确的一项是（3分）", "1．D"))
        .isEqualTo(Refusal.OPTION_MISSING);
  }
}
