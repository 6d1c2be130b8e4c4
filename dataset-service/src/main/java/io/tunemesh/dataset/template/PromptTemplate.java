package io.tunemesh.dataset.template;

import io.quarkus.qute.Engine;
import io.quarkus.qute.IfSectionHelper;
import io.quarkus.qute.Template;
import io.quarkus.qute.TemplateException;
import io.quarkus.qute.ValueResolvers;
import io.tunemesh.platform.blob.Digests;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A Qute template that becomes a prompt. It may use {@code {text}}, {@code {questions}} (how many)
 * and {@code {language}} ({@code zh} or {@code en}), and the section {@code {#if}}; it reaches no
 * method, no loop and no other template, so one from a stranger is harmless. What the values hold
 * is never read as template.
 */
public final class PromptTemplate {

  private static final String TEXT = "text";

  private final String name;
  private final String source;
  private final Template template;

  private PromptTemplate(String name, String source, Template template) {
    this.name = name;
    this.source = source;
    this.template = template;
  }

  /**
   * Reads a template and tries it out.
   *
   * @throws BrokenTemplate with the line, if it does not parse, uses a value that is not there, or
   *     leaves the text out
   */
  public static PromptTemplate parse(String name, String source) throws BrokenTemplate {
    PromptTemplate parsed;
    try {
      parsed = new PromptTemplate(name, source.strip(), engine().parse(source.strip()));
    } catch (TemplateException e) {
      throw broken(name, e);
    }
    String probe = "\u0001probe\u0001";
    for (String language : new String[] {"zh", "en"}) {
      if (!parsed.tried(probe, language).contains(probe)) {
        throw new BrokenTemplate(
            "the template '%s' leaves the reading text out; put {text} where it belongs"
                .formatted(name));
      }
    }
    return parsed;
  }

  /** The prompt for one reading. */
  public String render(String text, int questions, String language) {
    return template.data(Map.of(TEXT, text, "questions", questions, "language", language)).render();
  }

  /** The name that it was asked for by; {@code inline} for one carried in the specification. */
  public String name() {
    return name;
  }

  /** The template itself. */
  public String source() {
    return source;
  }

  /** The digest of the template, so that a dataset tells by which it was made. */
  public String sha256() {
    return Digests.sha256(source.getBytes(StandardCharsets.UTF_8));
  }

  private String tried(String text, String language) throws BrokenTemplate {
    try {
      return render(text, 4, language);
    } catch (TemplateException e) {
      throw broken(name, e);
    }
  }

  private static Engine engine() {
    return Engine.builder()
        .strictRendering(true)
        .addSectionHelper(new IfSectionHelper.Factory())
        .addValueResolver(ValueResolvers.mapResolver())
        .build();
  }

  private static BrokenTemplate broken(String name, TemplateException e) {
    String line = e.getOrigin() == null ? "" : " in line " + e.getOrigin().getLine();
    return new BrokenTemplate(
        "the template '%s' is broken%s: %s. It may use {text}, {questions}, {language} and {#if}"
            .formatted(name, line, firstLine(e.getMessage())));
  }

  private static String firstLine(String message) {
    return message == null ? "it cannot be read" : message.lines().findFirst().orElse("").strip();
  }
}
