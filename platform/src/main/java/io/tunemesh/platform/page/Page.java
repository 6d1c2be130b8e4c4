package io.tunemesh.platform.page;

import java.util.List;

/**
 * A report as its page shows it: every text is what people read, and not yet HTML.
 *
 * @param about a line below the title
 * @param remarks what to look at, the worst first
 */
public record Page(
    String title,
    String about,
    List<Remark> remarks,
    List<Section> sections,
    List<Samples> samples) {

  /**
   * A thing to look at.
   *
   * @param level {@code problem}, {@code warning} or {@code note}
   * @param remedy what to do; may be null
   */
  public record Remark(String level, String message, String remedy) {}

  /** A chapter of the page. */
  public record Section(String id, String title, List<String> notes, List<Block> blocks) {}

  /** A picture with the table of its numbers; any of them may be null. */
  public record Block(Chart chart, Lines lines, Table table) {

    public Block(Chart chart, Table table) {
      this(chart, null, table);
    }

    public Block(Table table) {
      this(null, null, table);
    }

    public Block(Lines lines, Table table) {
      this(null, lines, table);
    }
  }

  /** A table; {@code numeric} cells stand to the right, all others to the left. */
  public record Table(String caption, List<Column> head, List<List<Cell>> rows) {}

  public record Column(String name, boolean numeric) {}

  /**
   * @param code whether it is a text whose blanks and line ends matter
   */
  public record Cell(String text, boolean numeric, boolean code) {}

  /**
   * Bars that lie on each other's rows, in the units of an SVG picture.
   *
   * @param about what the picture says, for who cannot see it
   */
  public record Chart(
      String id, String title, String about, int height, List<Bar> bars, List<Swatch> legend) {}

  /** A row of a chart. */
  public record Bar(String label, String value, int y, int textY, List<Piece> pieces) {}

  /** A piece of a bar, in the colour of its class, or in {@code fill} where no style is read. */
  public record Piece(String x, String width, String style, String fill, String title) {}

  /** What a colour stands for. */
  public record Swatch(String style, String fill, String name) {}

  /** Lines over a common axis, in the units of an SVG picture; {@code band} may be null. */
  public record Lines(
      String id,
      String title,
      String about,
      String axis,
      List<Tick> across,
      List<Tick> up,
      Band band,
      List<Line> lines,
      List<Mark> marks,
      List<Swatch> legend) {}

  /** A number at the edge of a picture. */
  public record Tick(String at, String label) {}

  /** A stretch of the axis that is set apart. */
  public record Band(String x, String width, String label) {}

  /** A line through {@code points}; {@code dots} are its own points, if they are shown. */
  public record Line(String style, String stroke, String points, List<Dot> dots) {}

  public record Dot(String x, String y, String title) {}

  /** A point that is pointed out; {@code anchor} says on which side its label has room. */
  public record Mark(String style, String fill, String x, String y, String label, String anchor) {}

  /** Examples under a title. */
  public record Samples(String id, String title, String note, List<Shown> list) {}

  /** An example, shown as a chat. */
  public record Shown(String why, String place, String small, List<Turn> turns) {}

  /**
   * A turn; {@code note} is null where there is nothing to say about it.
   *
   * @param style {@code asked} or {@code answered}
   */
  public record Turn(String style, String role, String content, String note) {}
}
