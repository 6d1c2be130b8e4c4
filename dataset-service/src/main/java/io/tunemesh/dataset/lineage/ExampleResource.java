package io.tunemesh.dataset.lineage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.lineage.SourceRows.SourceRow;
import io.tunemesh.dataset.source.KnownUpload;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One example with the cells it came from. */
@Path("/v1/datasets/{id}")
@Produces(MediaType.APPLICATION_JSON)
public class ExampleResource {

  private static final int MOST_ROWS = 50;

  private final BlobStore blobs;
  private final Caller caller;

  ExampleResource(BlobStore blobs, Caller caller) {
    this.blobs = blobs;
    this.caller = caller;
  }

  /**
   * An example, and the rows that it was made of as they were uploaded.
   *
   * @param object always {@code dataset.example}
   * @param example as the list of examples has it
   */
  public record ExampleView(String object, String datasetId, JsonNode example, Source source) {}

  /**
   * Where an example came from.
   *
   * @param rows the last fifty at most; empty where {@code note} tells why
   * @param note null where all rows are there
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Source(
      String file,
      String fileId,
      String sheet,
      int firstRow,
      int row,
      List<SourceRow> rows,
      String note) {}

  /** The example of that id. */
  @GET
  @Path("examples/{example}")
  public ExampleView example(@PathParam("id") String id, @PathParam("example") String example)
      throws IOException {
    String tenant = caller.tenant();
    BlobRef examples = QuarkusTransaction.requiringNew().call(() -> examples(id, tenant));
    String line = line(examples, id, example);
    ExampleLine.Lineage lineage = LineageIndex.read(line, Traced.Example.class).lineage();
    return new ExampleView(
        "dataset.example", id, (ObjectNode) Json.MAPPER.readTree(line), source(lineage, tenant));
  }

  private static BlobRef examples(String id, String tenant) {
    Dataset dataset = Dataset.ofTenant(id, tenant);
    if (dataset.files() == null) {
      throw Refusal.conflict(
          "dataset_not_built", "The dataset '%s' has no examples.".formatted(id));
    }
    return dataset.files().examples();
  }

  /** Looks at the beginning of each line only. */
  private String line(BlobRef examples, String id, String example) throws IOException {
    String start = "{\"id\":" + Json.MAPPER.writeValueAsString(example) + ",";
    try (var in =
        new BufferedReader(
            new InputStreamReader(blobs.open(examples), StandardCharsets.UTF_8), 1 << 16)) {
      String line;
      while ((line = in.readLine()) != null) {
        if (line.startsWith(start)) {
          return line;
        }
      }
    }
    throw Refusal.notFound("example in the dataset " + id, example);
  }

  private Source source(ExampleLine.Lineage at, String tenant) throws IOException {
    UploadParsed file = QuarkusTransaction.requiringNew().call(() -> file(at.fileId(), tenant));
    int first = at.firstRow() == null ? at.row() : at.firstRow();
    List<SourceRow> rows = List.of();
    String note = null;
    try {
      rows =
          file == null
              ? rows
              : SourceRows.read(blobs, file, at.sheet(), first, at.row(), MOST_ROWS);
      note = file == null ? "the upload is not known here" : null;
    } catch (BlobNotFound e) {
      note = "the records of the upload are there no more";
    }
    if (rows.size() == MOST_ROWS && at.row() - first >= MOST_ROWS) {
      note = "only the last %d rows are shown".formatted(MOST_ROWS);
    }
    return new Source(at.file(), at.fileId(), at.sheet(), first, at.row(), rows, note);
  }

  static UploadParsed file(String fileId, String tenant) {
    KnownUpload upload = KnownUpload.findById(fileId);
    return upload != null
            && upload.tenant().equals(tenant)
            && upload.fact() instanceof UploadParsed parsed
        ? parsed
        : null;
  }
}
