package io.tunemesh.dataset.build;

import com.fasterxml.jackson.core.JsonParser;
import io.tunemesh.contract.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Bytes in memory of which parts are taken without a copy. */
final class Page extends ByteArrayOutputStream {

  Page(int size) {
    super(size);
  }

  void writeTo(OutputStream out, Span part) throws IOException {
    out.write(buf, part.from, part.to - part.from);
  }

  JsonParser json(Span part) throws IOException {
    return Json.MAPPER.getFactory().createParser(buf, part.from, part.to - part.from);
  }

  /** Those from {@code from} until before {@code to}. */
  record Span(int from, int to) {}
}
