package io.tunemesh.inference.text;

import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads the bodies of requests. */
public final class Body {

  private Body() {}

  /**
   * A body as text.
   *
   * @throws Refusal if it has more than {@code most} bytes; the rest is not read
   */
  public static String text(InputStream body, int most) throws IOException {
    byte[] bytes = body == null ? new byte[0] : body.readNBytes(most + 1);
    if (bytes.length > most) {
      throw new Refusal(
          new Problem(
              413,
              "request_too_large",
              "The body has more than %,d bytes; send less.".formatted(most),
              null));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
