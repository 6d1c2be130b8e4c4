package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** OpenAI's page of a file's content, with all of it, written some parts at a time. */
record FileContent(String file, int count, ChunkTable chunks, ObjectMapper mapper)
    implements StreamingOutput {

  private static final int AT_ONCE = 50;

  @Override
  public void write(OutputStream out) throws IOException {
    // Not closed when it fails: that would end the answer as if it were whole.
    JsonGenerator json = mapper.createGenerator(out);
    json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    json.writeStartObject();
    json.writeStringField("object", "vector_store.file_content.page");
    json.writeArrayFieldStart("data");
    for (int written = 0; written < count; ) {
      List<ChunkTable.Kept> page = chunks.from(file, written, AT_ONCE);
      if (page.isEmpty()) {
        throw new IOException("the file was taken out of its store while it was read");
      }
      for (ChunkTable.Kept kept : page) {
        json.writePOJO(Results.Content.of(kept.chunk()));
      }
      written += page.size();
    }
    json.writeEndArray();
    json.writeBooleanField("has_more", false);
    json.writeNullField("next_page");
    json.writeEndObject();
    json.flush();
  }
}
