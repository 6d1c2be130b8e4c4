package io.tunemesh.ingest.document;

import java.io.IOException;
import java.util.List;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;

/**
 * The text of a PDF's pages in the order in which it is drawn, which is how programs keep columns
 * apart; from top to bottom where a page is drawn in no order that could be read.
 */
final class PageText extends PDFTextStripper {

  /** Of the moves between lines, the share that may lead up: each column begins with one. */
  private static final double MOST_UP = 1 / 3.0;

  /** What is raised by less of its size is no other line. */
  private static final double LINE = 0.8;

  @Override
  protected void writePage() throws IOException {
    int up = 0;
    int down = 0;
    for (List<TextPosition> article : getCharactersByArticle()) {
      for (int i = 1; i < article.size(); i++) {
        TextPosition from = article.get(i - 1);
        TextPosition to = article.get(i);
        double move = to.getYDirAdj() - from.getYDirAdj();
        double line = LINE * Math.max(from.getFontSizeInPt(), to.getFontSizeInPt());
        up += move < -line ? 1 : 0;
        down += move > line ? 1 : 0;
      }
    }
    setSortByPosition(up > MOST_UP * (up + down));
    super.writePage();
  }
}
