package io.tunemesh.ingest.document;

import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.SpoolFailed;
import io.tunemesh.ingest.record.Unreadable;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.MemoryUsageSetting;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.text.PDFTextStripper;
import org.jboss.logging.Logger;

/**
 * Reads the text of a PDF, a page at a time, into paragraphs with their page. Its structures lie in
 * files, not in memory. A PDF of pictures has no text and is refused.
 */
public final class PdfReader {

  private static final Logger LOG = Logger.getLogger(PdfReader.class);
  private static final String PARAGRAPH = "\u2029";

  private final ReaderConfig limits;
  private final Path spool;

  /**
   * @param spool a folder for the structures
   */
  public PdfReader(ReaderConfig limits, Path spool) {
    this.limits = limits;
    this.spool = spool;
  }

  /** Writes every paragraph. */
  public Reading read(Path file, RecordWriter records) {
    try (PDDocument document =
        Loader.loadPDF(file.toFile(), "", null, null, structures().streamCache)) {
      int pages = document.getNumberOfPages();
      if (pages > limits.maxPages()) {
        throw Unreadable.file(
            "too_large",
            "The PDF has %,d pages where %,d are the most; split it."
                .formatted(pages, limits.maxPages()));
      }
      return pages(document, pages, new Paragraphs(limits, records));
    } catch (InvalidPasswordException e) {
      throw Unreadable.file(
          "encrypted", "The PDF is protected by a password; save it without one.");
    } catch (Unreadable | SpoolFailed e) {
      throw e;
    } catch (IOException | RuntimeException e) { // what its parsers throw at broken bytes
      LOG.infof("A PDF was refused as damaged, cause=%s", e);
      throw Unreadable.file(
          "damaged", "The PDF is damaged or was cut off; save it anew and upload it again.");
    }
  }

  private MemoryUsageSetting structures() {
    return MemoryUsageSetting.setupTempFileOnly().setTempDir(spool.toFile());
  }

  private Reading pages(PDDocument document, int pages, Paragraphs paragraphs) throws IOException {
    PDFTextStripper stripper = new PageText();
    stripper.setParagraphEnd(PARAGRAPH);
    stripper.setLineSeparator("\n");
    for (int page = 1; page <= pages; page++) {
      stripper.setStartPage(page);
      stripper.setEndPage(page);
      StringWriter text = new StringWriter();
      stripper.writeText(document, text);
      if (text.getBuffer().length() > limits.maxRecordCharacters()) {
        throw Unreadable.file(
            "record_too_long",
            "Page %d has more than %,d characters; split it."
                .formatted(page, limits.maxRecordCharacters()));
      }
      for (String paragraph : text.toString().split(PARAGRAPH)) {
        paragraphs.text(joined(paragraph), page);
      }
    }
    if (paragraphs.rows().count() == 0) {
      throw Unreadable.file(
          "no_text", "The PDF has pictures of its pages and no text; run OCR over it first.");
    }
    return paragraphs.reading("pdf");
  }

  /** One line of many: Chinese as it is, other words with a space between. */
  private static String joined(String paragraph) {
    StringBuilder text = new StringBuilder();
    for (String line : paragraph.split("\n")) {
      String more = readable(line).strip();
      if (more.isEmpty()) {
        continue;
      }
      if (!text.isEmpty() && !(isCjk(text.charAt(text.length() - 1)) && isCjk(more.charAt(0)))) {
        text.append(' ');
      }
      text.append(more);
    }
    return text.toString();
  }

  /** What a font maps to no character at all shows as U+FFFD. */
  private static String readable(String line) {
    return line.replaceAll("[\0\\p{Cs}]", "\ufffd");
  }

  private static boolean isCjk(char c) {
    return c >= 0x2e80 && c <= 0x9fff || c >= 0xf900 && c <= 0xfaff || c >= 0xff00 && c <= 0xffef;
  }
}
