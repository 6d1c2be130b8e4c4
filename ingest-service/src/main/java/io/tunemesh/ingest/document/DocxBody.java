package io.tunemesh.ingest.document;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/** Takes the text out of {@code document.xml} (ECMA-376 part 1, 17.3). */
final class DocxBody extends DefaultHandler {

  private static final int MAX_DEPTH = 500;

  /**
   * An older form of what stands before it; what tracked changes took away, where it stood; the
   * places of tabs, which are called as tabs are; and how the characters below it are spoken.
   */
  private static final Set<String> SKIPPED = Set.of("Fallback", "del", "moveFrom", "tabs", "rt");

  /** What a box of text stands in. */
  private record Outer(StringBuilder text, int level, int row) {}

  private final DocxStyles styles;
  private final Paragraphs paragraphs;
  private final int most;
  private final Deque<Outer> outer = new ArrayDeque<>();
  private StringBuilder text = new StringBuilder();
  private int held;
  private int depth;
  private int level;
  private int row;
  private int skipped;
  private boolean inText;

  DocxBody(DocxStyles styles, Paragraphs paragraphs, int most) {
    this.styles = styles;
    this.paragraphs = paragraphs;
    this.most = most;
  }

  @Override
  public void startElement(String uri, String name, String qualified, Attributes attributes) {
    if (++depth > MAX_DEPTH) {
      throw paragraphs
          .rows()
          .refuse(null, "too_deep", "The document is nested more than any needs; save it anew.");
    }
    if (skipped > 0 || SKIPPED.contains(name)) {
      skipped++;
      return;
    }
    switch (name) {
      case "p" -> level = 0;
      case "pStyle" -> level = styles.level(attribute(attributes, "val"));
      case "outlineLvl" -> level = level == 0 ? level(attribute(attributes, "val")) : level;
      case "tr" -> row++;
      case "t" -> inText = true;
      case "tab" -> add("\t");
      case "br", "cr" -> add("\n");
      case "noBreakHyphen" -> add("-");
      case "sym" ->
          add(SymbolText.of(attribute(attributes, "font"), attribute(attributes, "char")));
      case "txbxContent" -> {
        outer.push(new Outer(text, level, row));
        held += text.length();
        text = new StringBuilder();
        row = 0;
      }
      default -> {}
    }
  }

  @Override
  public void characters(char[] chars, int start, int length) {
    if (inText) {
      add(new String(chars, start, length));
    }
  }

  @Override
  public void endElement(String uri, String name, String qualified) {
    depth--;
    if (skipped > 0) {
      skipped--;
      return;
    }
    switch (name) {
      case "t" -> inText = false;
      case "p" -> paragraph();
      case "tc" -> {
        int end = text.length() - 1;
        if (end >= 0 && text.charAt(end) == ' ') {
          text.setLength(end);
        }
        add("\t");
      }
      case "tr" -> {
        row--;
        if (row == 0) {
          paragraphs.row(text.toString());
          text.setLength(0);
        }
      }
      case "txbxContent" -> {
        Outer around = outer.pop();
        text = around.text();
        held -= text.length();
        level = around.level();
        row = around.row();
      }
      default -> {}
    }
  }

  /** In a table the row is the paragraph. */
  private void paragraph() {
    if (row == 0) {
      end(level);
    } else if (!text.isEmpty() && text.charAt(text.length() - 1) != '\t') {
      add(" ");
    }
  }

  private void end(int level) {
    String found = text.toString();
    text.setLength(0);
    if (level > 0) {
      paragraphs.heading(level, found);
    } else {
      paragraphs.text(found, null);
    }
  }

  private void add(String more) {
    text.append(more);
    if (held + text.length() > most) {
      throw paragraphs.rows().cellTooLong("text");
    }
  }

  /** By its local name: documents differ in their prefixes and namespaces. */
  static String attribute(Attributes attributes, String name) {
    for (int i = 0; i < attributes.getLength(); i++) {
      if (attributes.getLocalName(i).equals(name)) {
        return attributes.getValue(i);
      }
    }
    return null;
  }

  /** Outline levels count from 0, and 9 is text. */
  static int level(String value) {
    return value != null && value.matches("[0-8]") ? Integer.parseInt(value) + 1 : 0;
  }
}
