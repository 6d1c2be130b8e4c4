package io.tunemesh.ingest.document;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/** Which styles of a Word document are headings, and of which level; styles inherit it. */
final class DocxStyles extends DefaultHandler {

  private static final Pattern NAME = Pattern.compile("(?:heading|标题)\\s*([1-9])");
  private static final int MAX_STYLES = 10_000;

  private final Map<String, Integer> levels = new HashMap<>();
  private final Map<String, String> parents = new HashMap<>();
  private String id;

  @Override
  public void startElement(String uri, String name, String qualified, Attributes attributes) {
    if (name.equals("style")) {
      id = levels.size() < MAX_STYLES ? DocxBody.attribute(attributes, "styleId") : null;
      return;
    }
    String value = DocxBody.attribute(attributes, "val");
    if (id == null || value == null) {
      return;
    }
    switch (name) {
      case "name" -> {
        String known = value.toLowerCase(Locale.ROOT).strip();
        Matcher heading = NAME.matcher(known);
        if (heading.matches()) {
          levels.put(id, Integer.parseInt(heading.group(1)));
        } else if (known.equals("title")) {
          levels.put(id, 1);
        }
      }
      case "outlineLvl" -> levels.putIfAbsent(id, DocxBody.level(value));
      case "basedOn" -> parents.put(id, value);
      default -> {}
    }
  }

  /** The level of a style, from 1 to 9; 0 if it is no heading. */
  int level(String style) {
    String at = style;
    for (int i = 0; at != null && i < 10; i++) {
      Integer level = levels.get(at);
      if (level != null) {
        return level;
      }
      at = parents.get(at);
    }
    return 0;
  }
}
