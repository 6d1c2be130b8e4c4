package io.tunemesh.ingest.document;

import io.tunemesh.ingest.record.Lines;
import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.TextFile;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Markdown line by line, so that a document of any length fits: headings (CommonMark 4.2 and
 * 4.3) are kept with the blocks below them, blank lines part blocks, and a fenced block (4.5) stays
 * whole. The blocks' own text stays as it is.
 */
public final class MarkdownReader {

  private static final Pattern HEADING =
      Pattern.compile(" {0,3}(#{1,6})[ \\t]+(.*?)(?:[ \\t]+#+)?[ \\t]*");
  private static final Pattern UNDERLINE = Pattern.compile(" {0,3}(=+|-{2,})[ \\t]*");
  private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,}).*");

  /** A longer line is text, whatever it begins with. */
  private static final int LONGEST_HEADING = 1000;

  private final ReaderConfig limits;

  public MarkdownReader(ReaderConfig limits) {
    this.limits = limits;
  }

  /** Whether these lines have a heading. */
  public static boolean takes(List<String> lines) {
    boolean fenced = false;
    for (String line : lines) {
      if (FENCE.matcher(line).matches()) {
        fenced = !fenced;
      } else if (!fenced && line.length() <= LONGEST_HEADING && HEADING.matcher(line).matches()) {
        return true;
      }
    }
    return false;
  }

  /** Writes every block. */
  public Reading read(TextFile text, RecordWriter records) throws IOException {
    Paragraphs paragraphs = new Paragraphs(limits, records);
    StringBuilder block = new StringBuilder();
    String fence = null;
    try (Lines lines = new Lines(text, limits.maxCellCharacters())) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        Matcher heading = HEADING.matcher(line.length() <= LONGEST_HEADING ? line : "");
        Matcher fenced = FENCE.matcher(line);
        Matcher underline = UNDERLINE.matcher(line);
        if (fence != null) {
          add(block, line, paragraphs);
          if (line.strip().startsWith(fence)) {
            fence = null;
            end(block, paragraphs);
          }
        } else if (fenced.matches()) {
          end(block, paragraphs);
          fence = fenced.group(1);
          add(block, line, paragraphs);
        } else if (heading.matches()) {
          end(block, paragraphs);
          paragraphs.heading(heading.group(1).length(), heading.group(2));
        } else if (underline.matches() && !block.isEmpty() && block.indexOf("\n") < 0) {
          paragraphs.heading(underline.group(1).startsWith("=") ? 1 : 2, block.toString());
          block.setLength(0);
        } else if (line.isBlank()) {
          end(block, paragraphs);
        } else {
          add(block, line, paragraphs);
        }
      }
    }
    end(block, paragraphs);
    return paragraphs.reading("markdown");
  }

  private void add(StringBuilder block, String line, Paragraphs paragraphs) {
    block.append(block.isEmpty() ? "" : "\n").append(line);
    if (block.length() > limits.maxCellCharacters()) {
      throw paragraphs.rows().cellTooLong("text");
    }
  }

  private static void end(StringBuilder block, Paragraphs paragraphs) {
    paragraphs.text(block.toString(), null);
    block.setLength(0);
  }
}
