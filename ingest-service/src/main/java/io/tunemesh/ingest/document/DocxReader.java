package io.tunemesh.ingest.document;

import io.tunemesh.ingest.record.Limited;
import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.SpoolFailed;
import io.tunemesh.ingest.record.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.poi.openxml4j.exceptions.OpenXML4JException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.openxml4j.opc.PackagePart;
import org.apache.poi.openxml4j.opc.PackageRelationshipTypes;
import org.apache.poi.util.XMLHelper;
import org.jboss.logging.Logger;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.XMLReader;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads a Word document's body, strict Open XML or not, in one pass, holding a paragraph at a time.
 * Headings are found by their style; a table's row is a paragraph with tabs between its cells; what
 * was struck out by tracked changes is left out.
 */
public final class DocxReader {

  private static final Logger LOG = Logger.getLogger(DocxReader.class);
  private static final String STRICT_STYLES =
      "http://purl.oclc.org/ooxml/officeDocument/relationships/styles";

  private final ReaderConfig limits;

  public DocxReader(ReaderConfig limits) {
    this.limits = limits;
  }

  /** Writes every paragraph of {@code file}, a zip that was found to be safe. */
  public Reading read(Path file, RecordWriter records) {
    try (OPCPackage opened = OPCPackage.open(file.toFile(), PackageAccess.READ)) {
      var main = opened.getPartsByRelationshipType(PackageRelationshipTypes.CORE_DOCUMENT);
      main.addAll(opened.getPartsByRelationshipType(PackageRelationshipTypes.STRICT_CORE_DOCUMENT));
      if (main.isEmpty()) {
        throw damaged();
      }
      PackagePart body = main.getFirst();
      DocxStyles styles = new DocxStyles();
      for (String type : List.of(PackageRelationshipTypes.STYLE_PART, STRICT_STYLES)) {
        for (var relation : body.getRelationshipsByType(type)) {
          parse(body.getRelatedPart(relation), styles);
        }
      }
      Paragraphs paragraphs = new Paragraphs(limits, records);
      parse(body, new DocxBody(styles, paragraphs, limits.maxCellCharacters()));
      return paragraphs.reading("docx");
    } catch (Unreadable | SpoolFailed e) {
      throw e;
    } catch (SAXException e) {
      throw e.getMessage() != null && e.getMessage().contains("DOCTYPE")
          ? Unreadable.file(
              "doctype", "The document's XML declares a DOCTYPE, which none needs; save it anew.")
          : logged(e);
    } catch (IOException
        | OpenXML4JException
        | ParserConfigurationException
        | RuntimeException e) { // what the parsers throw at broken bytes
      throw logged(e);
    }
  }

  private static Unreadable logged(Exception e) {
    if (e.getMessage() != null && e.getMessage().contains("Zip bomb detected")) {
      return Unreadable.file(
          "zip_bomb",
          "The document is packed far more tightly than any real one; save it anew and upload that.");
    }
    LOG.infof("A document was refused as damaged, cause=%s", e);
    return damaged();
  }

  private static Unreadable damaged() {
    return Unreadable.file(
        "damaged", "The document is damaged or was cut off; save it anew and upload it again.");
  }

  private void parse(PackagePart part, DefaultHandler handler)
      throws IOException, SAXException, ParserConfigurationException {
    try (InputStream in = part.getInputStream()) {
      XMLReader parser = XMLHelper.newXMLReader();
      // The JDK counts &amp; and its like, of which a long document has many.
      parser.setProperty("jdk.xml.maxGeneralEntitySizeLimit", "0");
      parser.setProperty("jdk.xml.totalEntitySizeLimit", "0");
      parser.setContentHandler(handler);
      parser.setErrorHandler(handler);
      parser.parse(new InputSource(limited(in)));
    }
  }

  private InputStream limited(InputStream in) {
    return new Limited(
        in,
        limits.maxEntryBytes(),
        () -> Unreadable.file("too_large", "The document is too large when unpacked; split it."));
  }
}
