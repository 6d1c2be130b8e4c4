package io.tunemesh.dataset.build;

import com.fasterxml.jackson.core.JsonParser;
import io.tunemesh.dataset.build.Page.Span;
import io.tunemesh.dataset.report.Glance;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The line of an example as JSON, without its end. Other lines have parts of it, which are cut out
 * of its bytes.
 *
 * @param page what it stands on
 * @param words its messages or its text, with their name
 * @param head what comes before these
 * @param structure the value alone; null where it has none, as are the two that follow
 * @param lineage with the comma before it
 * @param augmented with the comma before it
 * @param glance null where nobody took one
 */
record WrittenLine(
    Page page,
    Span whole,
    Span head,
    Span words,
    Span structure,
    Span lineage,
    Span augmented,
    Glance glance) {

  WrittenLine with(Glance glance) {
    return new WrittenLine(page, whole, head, words, structure, lineage, augmented, glance);
  }

  /** The structure as it was written; null where there is none. */
  JsonParser structureJson() throws IOException {
    return structure == null ? null : page.json(structure);
  }

  void writeTo(OutputStream out) throws IOException {
    page.writeTo(out, whole);
  }

  /** Writes the line of a part, in the form that training takes. */
  void writeWordsTo(OutputStream out) throws IOException {
    out.write('{');
    page.writeTo(out, words);
    out.write('}');
  }

  /** Writes all that tells where the example is and came from. */
  void writeTraceTo(OutputStream out) throws IOException {
    page.writeTo(out, head);
    if (augmented != null) {
      page.writeTo(out, augmented);
    }
    if (lineage != null) {
      page.writeTo(out, lineage);
    }
    out.write('}');
  }
}
