package io.tunemesh.platform.page;

import io.quarkus.qute.Engine;
import io.quarkus.qute.Expression;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.RawString;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.Template;
import io.quarkus.qute.Variant;
import io.tunemesh.platform.blob.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Writes a {@link Page} as one HTML page that needs nothing else: no script, no font, no picture
 * from anywhere. Every value is escaped, whatever a cell held; {@link #POLICY} lets a browser load
 * nothing and run nothing. A service that uses it has {@code quarkus-qute}.
 */
public final class HtmlPage {

  private static final String CSS = resource("page.css");
  private static final String SVG_CSS = resource("lines.css");

  /** For the header {@code Content-Security-Policy} of a page. */
  public static final String POLICY = policy(CSS);

  /** For the header {@code Content-Security-Policy} of a picture. */
  public static final String SVG_POLICY = policy(SVG_CSS);

  private static final Engine ENGINE =
      Engine.builder()
          .addDefaults()
          .addValueResolver(new ReflectionValueResolver())
          .addResultMapper(new ShownText())
          .strictRendering(true)
          .removeStandaloneLines(true)
          .build();

  static {
    ENGINE.putTemplate("lines", parsed("lines"));
  }

  private static final Template PAGE = parsed("page");
  private static final Template SVG = parsed("svg");

  private HtmlPage() {}

  /** The page as HTML. */
  public static String of(Page page) {
    return PAGE.data("page", page)
        .data("css", new RawString(CSS))
        .data("policy", POLICY.substring(0, POLICY.indexOf("; frame-ancestors")))
        .render();
  }

  /** Lines as an SVG picture of its own, in light and dark. */
  public static String svg(Page.Lines lines) {
    return SVG.data("chart", lines).data("css", new RawString(SVG_CSS)).render();
  }

  private static Template parsed(String name) {
    return ENGINE.parse(resource(name + ".html"), Variant.forContentType(Variant.TEXT_HTML), name);
  }

  private static String policy(String css) {
    return "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        .formatted(
            Base64.getEncoder()
                .encodeToString(Digests.sha256().digest(css.getBytes(StandardCharsets.UTF_8))));
  }

  private static String resource(String name) {
    try (InputStream in = HtmlPage.class.getResourceAsStream("/page/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Escapes HTML, after characters that no page may hold were taken out. */
  private static final class ShownText extends HtmlEscaper {

    ShownText() {
      super(List.of(Variant.TEXT_HTML));
    }

    @Override
    public String map(Object result, Expression expression) {
      return super.map(Texts.shown(result.toString()), expression);
    }
  }
}
