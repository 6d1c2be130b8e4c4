package io.tunemesh.ingest.workbook;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import io.tunemesh.ingest.record.Unreadable;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import org.codehaus.stax2.XMLStreamReader2;
import org.codehaus.stax2.typed.TypedValueDecoder;

/**
 * Walks the XML of one part from element to element, without comments and the like. No part of a
 * workbook has a DOCTYPE, so that the first of one ends it, and with it every entity that is not
 * XML's own. The parser is Woodstox, whose limits hold where a faster one's name table turns a
 * small file of a million names into minutes.
 */
final class PartXml implements Closeable {

  static final int START = XMLStreamConstants.START_ELEMENT;
  static final int END = XMLStreamConstants.END_ELEMENT;
  static final int TEXT = XMLStreamConstants.CHARACTERS;
  static final int DONE = XMLStreamConstants.END_DOCUMENT;

  /** A real sheet nests 8 elements deep, with all that newer programs put into it about 20. */
  private static final int MAX_DEPTH = 256;

  private static final int MAX_ATTRIBUTES = 256;
  private static final int MAX_ATTRIBUTE = 65536;
  private static final int BUFFER = 16384;

  /** The standard has about 2,000 names of elements, and one part a few dozen of them. */
  private static final int MAX_NAMES = 5000;

  private static final int RECENT = 256;

  private final InputStream part;
  private final XMLStreamReader2 xml;
  private final Set<String> names = new HashSet<>();
  private final String[] recent = new String[RECENT];

  /** Walks {@code part}, and closes it. */
  PartXml(InputStream part) throws XMLStreamException {
    this.part = part;
    WstxInputFactory factory = new WstxInputFactory();
    factory.configureForSpeed();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, MAX_DEPTH);
    factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, MAX_ATTRIBUTES);
    factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, MAX_ATTRIBUTE);
    factory.setProperty(WstxInputProperties.P_INPUT_BUFFER_LENGTH, BUFFER);
    this.xml = (XMLStreamReader2) factory.createXMLStreamReader(part);
  }

  /** Goes on to the next {@link #START}, {@link #END}, piece of {@link #TEXT}, or {@link #DONE}. */
  int next() throws XMLStreamException {
    while (true) {
      int event = xml.next();
      switch (event) {
        case START -> {
          noteNames();
          return event;
        }
        case END, TEXT, DONE -> {
          return event;
        }
        case XMLStreamConstants.CDATA -> {
          return TEXT;
        }
        case XMLStreamConstants.DTD ->
            throw Unreadable.file(
                "doctype",
                "The workbook's XML declares a DOCTYPE, which none needs; save it anew.");
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw Unreadable.file(
                "damaged", "The workbook's XML names an entity that is none; save it anew.");
        case XMLStreamConstants.PROCESSING_INSTRUCTION -> note(xml.getPITarget());
        default -> {}
      }
    }
  }

  /** The parser keeps each name that it meets. */
  private void noteNames() {
    note(xml.getLocalName());
    for (int i = xml.getAttributeCount() - 1; i >= 0; i--) {
      note(xml.getAttributeLocalName(i));
    }
    for (int i = xml.getNamespaceCount() - 1; i >= 0; i--) {
      note(xml.getNamespacePrefix(i));
    }
  }

  /** Names come from the parser's own table, so that each is the same object again. */
  private void note(String name) {
    int slot = name.hashCode() & RECENT - 1;
    if (recent[slot] == name) {
      return;
    }
    recent[slot] = name;
    if (names.add(name) && names.size() > MAX_NAMES) {
      throw Unreadable.file(
          "damaged", "The workbook's XML has more names than any has; save it anew.");
    }
  }

  /** Whether it is XML 1.0 in UTF-8, as far as it says. */
  boolean isUtf8() {
    String said = xml.getCharacterEncodingScheme();
    String found = xml.getEncoding();
    return (said == null || said.equalsIgnoreCase("UTF-8"))
        && (found == null || found.equalsIgnoreCase("UTF-8"))
        && (xml.getVersion() == null || xml.getVersion().equals("1.0"));
  }

  /** The element's name, without its prefix. */
  String name() {
    return xml.getLocalName();
  }

  /** How many attributes the element has. */
  int attributes() {
    return xml.getAttributeCount();
  }

  /** An attribute's name with its prefix. */
  boolean isAttribute(int index, String name) {
    return xml.getAttributeLocalName(index).equals(name) && xml.getAttributePrefix(index).isEmpty();
  }

  /** Shows an attribute's value to {@code decoder}, which spares a String. */
  void decode(int index, TypedValueDecoder decoder) throws XMLStreamException {
    xml.getAttributeAs(index, decoder);
  }

  /** The value of the attribute of that name without a prefix, or null. */
  String attribute(String name) {
    return xml.getAttributeValue("", name);
  }

  /** The value of the attribute of that name in a namespace, or null. */
  String attribute(String namespace, String name) {
    return xml.getAttributeValue(namespace, name);
  }

  /** How long {@link #text} is. */
  int length() {
    return xml.getTextLength();
  }

  /** Puts {@link #text} into {@code characters}, from {@code start} on. */
  void copy(char[] characters, int start) {
    System.arraycopy(
        xml.getTextCharacters(), xml.getTextStart(), characters, start, xml.getTextLength());
  }

  /** This piece of text; an element's may come in several. */
  String text() {
    return xml.getText();
  }

  @Override
  public void close() throws IOException {
    part.close();
  }
}
