package io.tunemesh.platform.page;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * Answers that show a report: as JSON, or as a page or a picture in which a browser runs nothing.
 */
public final class PageResponses {

  private static final String HTML = "text/html; charset=utf-8";
  private static final String SVG = "image/svg+xml";

  private PageResponses() {}

  /** Whether the client would rather have HTML than JSON. */
  public static boolean prefersHtml(HttpHeaders headers) {
    for (MediaType type : headers.getAcceptableMediaTypes()) {
      if (type.isCompatible(MediaType.APPLICATION_JSON_TYPE)) {
        return false;
      }
      if (type.isCompatible(MediaType.TEXT_HTML_TYPE)) {
        return true;
      }
    }
    return false;
  }

  /** A report as JSON, which lies beside a page at the same address. */
  public static Response json(byte[] report) {
    return Response.ok(report)
        .type(MediaType.APPLICATION_JSON)
        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
        .build();
  }

  /** What {@link HtmlPage#of} made. */
  public static Response html(String page) {
    return shown(page, HTML, HtmlPage.POLICY).header(HttpHeaders.VARY, HttpHeaders.ACCEPT).build();
  }

  /** What {@link HtmlPage#svg} made. */
  public static Response svg(String picture) {
    return shown(picture, SVG, HtmlPage.SVG_POLICY).build();
  }

  private static Response.ResponseBuilder shown(String content, String type, String policy) {
    return Response.ok(content)
        .type(type)
        .header("Content-Security-Policy", policy)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer");
  }
}
