package io.tunemesh.inference.predict;

import io.tunemesh.platform.template.BrokenTemplate;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client's words with {@code {column}} where a cell belongs; {@code {{} stands for a brace. What
 * a cell holds is never read as template.
 */
final class OwnTemplate {

  private static final Pattern HOLE = Pattern.compile("\\{\\{|\\{([^{}\\n]+)}");

  private final String text;
  private final SequencedSet<String> columns = new LinkedHashSet<>();

  OwnTemplate(String text) throws BrokenTemplate {
    this.text = text;
    Matcher hole = HOLE.matcher(text);
    while (hole.find()) {
      if (hole.group(1) != null) {
        columns.add(hole.group(1).strip());
      }
    }
    if (columns.isEmpty()) {
      throw new BrokenTemplate(
          "the template shows no cell of the row; write {column} where one belongs");
    }
  }

  /** The names that it shows. */
  SequencedSet<String> columns() {
    return columns;
  }

  /** The words for a row; a name without a value shows nothing. */
  String render(Map<String, String> values) {
    return HOLE.matcher(text)
        .replaceAll(
            hole ->
                Matcher.quoteReplacement(
                    hole.group(1) == null ? "{" : values.getOrDefault(hole.group(1).strip(), "")));
  }
}
