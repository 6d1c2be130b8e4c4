package io.tunemesh.dataset.report;

import java.util.List;

/**
 * A report as its page shows it: every text is what people read, and not yet HTML.
 *
 * @param address of the dataset below the mesh's own, as {@code /v1/datasets/ds-1}
 */
record Page(
    String title,
    String address,
    String about,
    List<Finding> findings,
    List<Section> sections,
    List<Shown> samples) {

  /** A chapter of the page. */
  record Section(String id, String title, List<String> notes, List<Block> blocks) {}

  /** A picture with the table of its numbers; either may be null. */
  record Block(Chart chart, Table table) {}

  /** A table; {@code numeric} cells stand to the right, all others to the left. */
  record Table(String caption, List<Column> head, List<List<Cell>> rows) {}

  record Column(String name, boolean numeric) {}

  /**
   * @param code whether it is a text whose blanks and line ends matter
   */
  record Cell(String text, boolean numeric, boolean code) {}

  /**
   * Bars that lie on each other's rows, in the units of an SVG picture.
   *
   * @param about what the picture says, for who cannot see it
   */
  record Chart(
      String id, String title, String about, int height, List<Bar> bars, List<Swatch> legend) {}

  /** A row of a chart. */
  record Bar(String label, String value, int y, int textY, List<Piece> pieces) {}

  /** A piece of a bar, in the colour of its class, or in {@code fill} where no style is read. */
  record Piece(String x, String width, String style, String fill, String title) {}

  /** What a colour stands for. */
  record Swatch(String style, String fill, String name) {}

  /** An example, shown as a chat. */
  record Shown(
      String id, String why, String place, String split, String recipe, List<ShownTurn> turns) {

    static Shown of(Report.Sample sample) {
      return new Shown(
          sample.at().id(),
          sample.why(),
          Numbers.place(sample.at()),
          sample.at().split(),
          sample.recipe(),
          sample.messages() == null
              ? List.of(ShownTurn.of(sample.text()))
              : sample.messages().stream().map(ShownTurn::of).toList());
    }
  }

  /** A turn; {@code note} is null where there is nothing to say about it. */
  record ShownTurn(String style, String role, String content, String note) {

    static ShownTurn of(Report.SampleTurn turn) {
      boolean answers = turn.role().equals("assistant");
      StringBuilder note = new StringBuilder();
      if (answers && turn.weight() != null && turn.weight() == 0) {
        note.append("not trained on. ");
      }
      if (turn.cut() != null) {
        note.append(Numbers.count(turn.cut())).append(" characters more are not shown.");
      }
      return new ShownTurn(
          answers ? "answered" : "asked",
          turn.role(),
          turn.content(),
          note.isEmpty() ? null : note.toString().strip());
    }
  }
}
