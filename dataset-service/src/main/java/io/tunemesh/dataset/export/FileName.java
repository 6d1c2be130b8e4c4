package io.tunemesh.dataset.export;

import io.tunemesh.dataset.split.Part;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** What an export is called where it is saved. */
final class FileName {

  private static final int LONGEST = 80;

  private FileName() {}

  /**
   * The dataset's name or else its id, with the part and the format's ending, and nothing that a
   * file system or a header would take for something else.
   *
   * @param part null for all parts
   */
  static String of(Built dataset, Part part, Format format) {
    return of(safe(dataset.title()), part, format);
  }

  /** The value of {@code Content-Disposition} by RFC 6266. */
  static String disposition(Built dataset, Part part, Format format) {
    String name = of(dataset, part, format);
    String ascii =
        name.chars().allMatch(c -> c < 128)
            ? name
            : of(safe(dataset.id()).replaceAll("[^\\x00-\\x7F]", "-"), part, format);
    return "attachment; filename=\"%s\"; filename*=UTF-8''%s"
        .formatted(ascii, URLEncoder.encode(name, StandardCharsets.UTF_8));
  }

  private static String of(String base, Part part, Format format) {
    String stem = base.isEmpty() ? "dataset" : base;
    return stem + (part == null ? "" : "-" + part.key()) + "." + format.ending();
  }

  private static String safe(String name) {
    String plain =
        name.replaceAll("[^\\p{L}\\p{M}\\p{N}._-]+", "-")
            .replaceAll("\\.{2,}", ".")
            .replaceAll("^[.-]+|[.-]+$", "");
    return plain.codePointCount(0, plain.length()) <= LONGEST
        ? plain
        : plain.substring(0, plain.offsetByCodePoints(0, LONGEST));
  }
}
