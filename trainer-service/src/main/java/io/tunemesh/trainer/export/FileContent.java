package io.tunemesh.trainer.export;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.blob.BlobRange;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A blob as an HTTP response, whole or one range of it (RFC 9110). Its digest is its entity tag, so
 * that a download that broke off goes on with the same bytes or begins anew. Several ranges at once
 * are answered by the whole, as the RFC allows.
 */
final class FileContent {

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  private FileContent() {}

  /**
   * @throws Refusal 416 if the blob has no byte of the range
   */
  static Response of(BlobStore blobs, BlobRef blob, String name, String range, String ifRange)
      throws IOException {
    String tag = "\"" + blob.sha256() + "\"";
    Matcher asked = RANGE.matcher(range == null ? "" : range);
    boolean part =
        asked.matches()
            && !asked.group().endsWith("=-")
            && (ifRange == null || ifRange.equals(tag));
    if (!part) {
      return response(Response.ok(blobs.open(blob)), name, tag, blob.bytes()).build();
    }
    long size = blob.bytes();
    boolean tail = asked.group(1).isEmpty();
    long from = tail ? Math.max(0, size - Long.parseLong(asked.group(2))) : number(asked, 1, 0);
    long to = tail ? size - 1 : Math.min(size - 1, number(asked, 2, size - 1));
    if (from > to) {
      throw new Refusal(
          new Problem(
              416,
              "range_not_satisfiable",
              "The file has %d bytes; the range %s has none of them.".formatted(size, range),
              "Range"));
    }
    InputStream content = new BlobRange(blobs, blob.key(), from, to + 1);
    return response(Response.status(206).entity(content), name, tag, to + 1 - from)
        .header("Content-Range", "bytes %d-%d/%d".formatted(from, to, size))
        .build();
  }

  private static Response.ResponseBuilder response(
      Response.ResponseBuilder builder, String name, String tag, long length) {
    return builder
        .type(MediaType.APPLICATION_OCTET_STREAM)
        .header(HttpHeaders.CONTENT_LENGTH, length)
        .header(HttpHeaders.ETAG, tag)
        .header("Accept-Ranges", "bytes")
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"");
  }

  private static long number(Matcher asked, int group, long otherwise) {
    return asked.group(group).isEmpty() ? otherwise : Long.parseLong(asked.group(group));
  }
}
