package io.tunemesh.platform.template;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The prompt templates of the mesh, under {@code templates/} in the resources. */
public final class Templates {

  private Templates() {}

  /**
   * The template that a source asks for.
   *
   * @param wanted a name as {@code exam}, which has one for each language, or {@code exam-zh}; the
   *     template itself when it holds a line break; null for the family's own
   * @param language {@code zh} or {@code en}
   * @throws BrokenTemplate if there is none of that name, or it is not usable
   */
  public static PromptTemplate find(String wanted, Family family, String language)
      throws BrokenTemplate {
    if (wanted != null && wanted.contains("\n")) {
      return PromptTemplate.parse("inline", wanted, family);
    }
    String name = wanted == null ? family.name() : wanted;
    if (family.byLanguage() && name.equals(family.name())) {
      name = name + "-" + language;
    }
    if (!family.names().contains(name)) {
      throw new BrokenTemplate(
          ("there is no template '%s' for the recipe %s; it has %s, or write the template itself,"
                  + " with a line break in it")
              .formatted(name, family.name(), String.join(", ", family.names())));
    }
    return PromptTemplate.parse(name, load(name), family);
  }

  private static String load(String name) {
    try (InputStream in = Templates.class.getResourceAsStream("/templates/" + name + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
