/**
 * How the cells of an exam row become questions, or a reason for which the row is refused.
 *
 * <p>{@link io.tunemesh.dataset.exam.ExamReader} reads a row: an options cell into questions, an
 * answers cell into a letter for each, and the reading text as it stands.
 *
 * <ol>
 *   <li><b>A cell</b> is a {@code Shadow}: what was typed beside a folded copy, in which every
 *       width and look-alike is plain ({@code Glyphs}, {@code Unpacked}). A {@code Walk} over it
 *       notes where a marker may begin and where typing is unusual; {@code Retyping} cuts the
 *       author's words out of it.
 *   <li><b>Questions, the short way.</b> Most cells leave no doubt: {@code OrdinaryQuestions} takes
 *       their marks one by one ({@code CertainMarks}, {@code OrdinaryMarks}) and gives a cell up at
 *       the first one that might be read otherwise.
 *   <li><b>Questions, the whole way.</b> {@code QuestionMarks} finds every place that may begin a
 *       question or an option ({@code NumberMarks}, {@code LetterMarks}) with its gain, which says
 *       how much it looks like one: by its {@code Place}, its signs, and what names look like
 *       ({@code Initials}, {@code WordEnds}). {@code SubQuestions} and {@code OptionGrid} take out
 *       what is certainly none, {@code Habit} weighs the rest by how the cell is typed, and {@code
 *       QuestionSearch} chooses the reading that counts up and completes A to D best; {@code
 *       PlainReading} spares it where nothing competes. {@code QuestionReader} refuses a reading
 *       that another one is near to, or that leaves out what is typed as a marker ({@code
 *       OptionLetters}, {@code SkippedMarks}, {@code StrayLetters}, {@code StrayNumbers}). {@code
 *       UnnumberedQuestions} reads cells that lost all numbers.
 *   <li><b>On both ways</b> {@code OptionReader} cuts out the four options and {@code
 *       QuestionCheck} looks at every stem.
 *   <li><b>Answers</b> have the same two ways: {@code OrdinaryAnswers}; or {@code AnswerEntries}
 *       that are found with a gain, {@code AnswerSearch} that chooses among them, and {@code
 *       AnswerReader} that refuses what contradicts itself ({@code OtherAnswers}, {@code
 *       Conclusions}).
 * </ol>
 *
 * <p>Both ways lead to the same for every row; the short one is only quicker. A fault that is found
 * on either is a {@code Refusing} with a code, the cell and what to mend.
 */
package io.tunemesh.dataset.exam;
