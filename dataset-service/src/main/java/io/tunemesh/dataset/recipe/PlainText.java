package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.dataset.exam.Language;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Running text, for going on with pre-training. Rows are packed into blocks in their order, each
 * row whole where it fits; a row that is longer than a block is cut at the end of a sentence or,
 * where it has none, of a word.
 */
final class PlainText implements Recipe {

  private static final String TEXT = "text";

  static final RecipeType TYPE =
      new RecipeType(
          "plain_text",
          Task.PT,
          "text",
          List.of(
              Role.needed(TEXT, "content", "paragraph", "文本", "内容", "正文", "段落"),
              Role.optional("heading", "标题")),
          List.of(
              Setting.choice(
                  "samples",
                  "`blocks` to pack rows into blocks, `rows` to make each row an example of its own",
                  "blocks",
                  "rows"),
              Setting.whole(
                  "block_characters", "the most characters of an example", 50, 100_000, 2000)),
          null,
          Header::find,
          PlainText::new);

  private final Sheets sheets;
  private final int most;
  private final boolean alone;
  private final StringBuilder block = new StringBuilder();
  private final List<Place> rows = new ArrayList<>();
  private Map<String, Column> columns;
  private String heading = "";

  private PlainText(Sheets sheets, Settings settings) {
    this.sheets = sheets;
    this.most = settings.whole("block_characters");
    this.alone = settings.is("samples", "rows");
  }

  @Override
  public List<Outcome> read(SourceRecord record) {
    List<Outcome> outcomes = new ArrayList<>();
    try {
      Row row = sheets.row(record);
      String text = row.needed(TEXT);
      String own = row.text("heading");
      boolean elsewhere =
          !rows.isEmpty() && !Objects.equals(rows.getLast().sheet(), record.sheet());
      if (elsewhere) {
        outcomes.addAll(end());
      }
      add(row, headed(own, text, elsewhere), outcomes);
    } catch (Unusable e) {
      outcomes.add(sheets.refusal(record, e));
    }
    return outcomes;
  }

  @Override
  public List<Outcome> end() {
    if (rows.isEmpty()) {
      return List.of();
    }
    Outcome packed = kept(block.toString(), List.copyOf(rows), columns);
    block.setLength(0);
    rows.clear();
    return List.of(packed);
  }

  /** The text with its heading, where that is another than the one before. */
  private String headed(String own, String text, boolean elsewhere) {
    boolean again = own.equals(heading) && !elsewhere && !alone;
    heading = own;
    return own.isEmpty() || again ? text : own + "\n" + text;
  }

  private void add(Row row, String text, List<Outcome> outcomes) {
    if (alone || block.length() + 1 + text.length() > most) {
      outcomes.addAll(end());
    }
    columns = row.columns();
    if (text.length() <= most) {
      block.append(block.isEmpty() ? "" : "\n").append(text);
      rows.add(row.place());
      if (alone) {
        outcomes.addAll(end());
      }
      return;
    }
    List<Place> counted = List.of(row.place());
    for (String piece : Pieces.of(text, most)) {
      Outcome.Kept kept = kept(piece, List.of(row.place()), columns);
      outcomes.add(new Outcome.Kept(kept.at(), kept.from(), counted, kept.example()));
      counted = List.of();
    }
  }

  private static Outcome.Kept kept(String text, List<Place> rows, Map<String, Column> columns) {
    Example example =
        new Example(
            Language.of(text), text, new Content.Plain(text), null, null, null, null, columns);
    return new Outcome.Kept(rows.getLast(), rows.getFirst().row(), rows, example);
  }
}
