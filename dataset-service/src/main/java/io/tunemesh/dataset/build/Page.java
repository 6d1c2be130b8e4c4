package io.tunemesh.dataset.build;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Bytes in memory of which parts are taken without a copy. */
final class Page extends ByteArrayOutputStream {

  Page(int size) {
    super(size);
  }

  void writeTo(OutputStream out, int from, int to) throws IOException {
    out.write(buf, from, to - from);
  }
}
