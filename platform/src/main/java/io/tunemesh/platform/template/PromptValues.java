package io.tunemesh.platform.template;

import java.util.Arrays;
import java.util.List;

/**
 * How cells and settings become the values of a prompt, when it is trained and when it is asked
 * again.
 */
public final class PromptValues {

  private PromptValues() {}

  /** A cell without what is blank around it, and with plain line ends. */
  public static String cell(String text) {
    return text.indexOf('\r') < 0
        ? Blanks.strip(text)
        : Blanks.strip(text.replace("\r\n", "\n").replace('\r', '\n'));
  }

  /** The entries of a setting with commas between them; none of them is empty. */
  public static List<String> list(String setting) {
    return Arrays.stream(setting.split("[,，、]"))
        .map(Blanks::strip)
        .filter(entry -> !entry.isEmpty())
        .toList();
  }

  /** The same entries as a prompt names them. */
  public static String listed(String setting) {
    return String.join(", ", list(setting));
  }
}
