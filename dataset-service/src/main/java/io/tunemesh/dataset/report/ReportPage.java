package io.tunemesh.dataset.report;

import io.quarkus.qute.Engine;
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
 * A report as one HTML page that needs nothing else: no script, no font, no picture from anywhere.
 * Every value is escaped, whatever a cell held; {@link #POLICY} lets a browser load nothing and run
 * nothing.
 */
final class ReportPage {

  private static final String CSS = resource("report.css");

  /** For the header {@code Content-Security-Policy}. */
  static final String POLICY =
      "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
          .formatted(
              Base64.getEncoder()
                  .encodeToString(Digests.sha256().digest(CSS.getBytes(StandardCharsets.UTF_8))));

  private static final Template TEMPLATE =
      Engine.builder()
          .addDefaults()
          .addValueResolver(new ReflectionValueResolver())
          .addResultMapper(new ShownText())
          .strictRendering(true)
          .removeStandaloneLines(true)
          .build()
          .parse(resource("report.html"), Variant.forContentType(Variant.TEXT_HTML), "report");

  private ReportPage() {}

  /**
   * The page.
   *
   * @param id of the dataset
   */
  static String of(Report report, String id) {
    String address = "/v1/datasets/" + id;
    Page page =
        new Page(
            report.name() == null ? id : report.name(),
            address,
            about(report, id),
            report.lookAt(),
            Sections.of(report, address),
            report.samples().stream().map(Page.Shown::of).toList());
    return TEMPLATE
        .data("page", page)
        .data("css", new RawString(CSS))
        .data("policy", POLICY.substring(0, POLICY.indexOf("; frame-ancestors")))
        .render();
  }

  private static String about(Report report, String id) {
    String state = report.rejected() == null ? "built" : "rejected";
    return report.task() == null
        ? "Dataset %s, %s".formatted(id, state)
        : "Dataset %s, %s, for %s".formatted(id, state, report.task());
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream("/report/" + name)) {
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
    public String map(Object result, io.quarkus.qute.Expression expression) {
      return super.map(Texts.shown(result.toString()), expression);
    }
  }
}
