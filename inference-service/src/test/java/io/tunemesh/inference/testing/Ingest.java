package io.tunemesh.inference.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.contract.upload.UploadRequested;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.event.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What ingest-service says and does, said and done by a plain Kafka client. */
@ApplicationScoped
public class Ingest {

  private static final Duration SOON = Duration.ofSeconds(60);

  private final Mesh mesh;
  private final BlobStore blobs;

  Ingest(Mesh mesh, BlobStore blobs) {
    this.mesh = mesh;
    this.blobs = blobs;
  }

  /** A file that ingest-service took in. */
  public record Taken(String id, UploadRequested request, String text) {}

  public static String newId() {
    return "file-" + UUID.randomUUID();
  }

  /** Tells of a file of {@code acme} with that text; returns its id. */
  public String received(String filename, String text) {
    return received(newId(), filename, text);
  }

  public String received(String id, String filename, String text) {
    BlobRef content = mesh.put("uploads/" + id + "/content", text);
    mesh.send(new UploadReceived(id, filename, "batch", content, null, null));
    return id;
  }

  /** Tells of a table of {@code acme} whose rows were read; returns its id. */
  public String table(String filename, List<String> columns, List<Map<String, String>> rows) {
    String id = received(filename, "the bytes of a table");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      lines.append(json(new SourceRecord("Sheet1", i + 2, rows.get(i)))).append('\n');
    }
    BlobRef records = mesh.put("uploads/" + id + "/records.jsonl", lines.toString());
    List<UploadParsed.Column> all =
        columns.stream().map(name -> new UploadParsed.Column(name, "A")).toList();
    mesh.send(
        new UploadParsed(
            id,
            filename,
            "csv",
            records,
            rows.size(),
            List.of(new UploadParsed.Sheet("Sheet1", 1, all, rows.size())),
            null,
            null,
            null));
    return id;
  }

  public void rejected(String id, String reason) {
    mesh.send(new UploadRejected(id, "bad.xlsx", "encrypted", reason, null, null, null));
  }

  /** Awaits the handing over of that name, takes the blob in and says so. */
  public Taken takesIn(String name) {
    await().atMost(SOON).until(() -> !mesh.events(UploadRequested.class, name).isEmpty());
    Envelope<?> event = mesh.events(UploadRequested.class, name).getFirst();
    UploadRequested request = (UploadRequested) event.data();
    String id = Ids.derived("file-", event.key());
    String text = read(request.blob());
    BlobRef content = mesh.put("uploads/" + id + "/content", text);
    mesh.send(
        UUID.randomUUID().toString(),
        event.tenant(),
        new UploadReceived(id, request.filename(), request.purpose(), content, null, null));
    return new Taken(id, request, text);
  }

  private String read(BlobRef blob) {
    try (InputStream in = blobs.open(blob)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String json(Object value) {
    try {
      return Json.MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
