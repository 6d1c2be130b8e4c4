package io.tunemesh.trainer.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.PageSize;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Arrays;

/** A tuned model in forms for other programs: ask for one, look at it, take its files. */
@Path("/v1/fine_tuning/jobs/{id}/exports")
@Produces(MediaType.APPLICATION_JSON)
public class ExportsResource {

  private final Caller caller;
  private final Exports exports;
  private final BlobStore blobs;

  ExportsResource(Caller caller, Exports exports, BlobStore blobs) {
    this.caller = caller;
    this.exports = exports;
    this.blobs = blobs;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public ExportObject ask(@PathParam("id") String id, String body) throws JsonProcessingException {
    JsonNode asked = Json.MAPPER.readTree(body == null ? "" : body).path("format");
    ExportFormat format =
        ExportFormat.of(asked.asText())
            .orElseThrow(
                () ->
                    Refusal.invalid(
                        "invalid_format",
                        "format must be one of %s."
                            .formatted(
                                String.join(
                                    ", ",
                                    Arrays.stream(ExportFormat.values())
                                        .map(ExportFormat::wire)
                                        .toList())),
                        "format"));
    return ExportObject.of(exports.ask(caller.tenant(), id, format));
  }

  @GET
  public ListPage<ExportObject> list(
      @PathParam("id") String id,
      @QueryParam("after") String after,
      @QueryParam("limit") String asked) {
    int limit = PageSize.of(asked, 20, 1000);
    return ListPage.of(
        exports.page(caller.tenant(), id, after, limit + 1).stream().map(ExportObject::of).toList(),
        limit,
        ExportObject::id);
  }

  @GET
  @Path("{export}")
  public ExportObject get(@PathParam("id") String id, @PathParam("export") String export) {
    return ExportObject.of(exports.get(caller.tenant(), id, export));
  }

  @DELETE
  @Path("{export}")
  public Deleted remove(@PathParam("id") String id, @PathParam("export") String export)
      throws IOException {
    exports.remove(caller.tenant(), id, export);
    return new Deleted(export, "fine_tuning.job.export", true);
  }

  /** The bytes of a file, or the range of them that is asked for. */
  @GET
  @Path("{export}/files/{name}")
  @Produces({MediaType.APPLICATION_OCTET_STREAM, MediaType.APPLICATION_JSON})
  public Response file(
      @PathParam("id") String id,
      @PathParam("export") String export,
      @PathParam("name") String name,
      @HeaderParam("Range") String range,
      @HeaderParam("If-Range") String ifRange)
      throws IOException {
    String tenant = caller.tenant();
    BlobRef blob =
        QuarkusTransaction.requiringNew()
            .call(() -> exports.get(tenant, id, export))
            .fileList()
            .stream()
            .filter(file -> file.name().equals(name))
            .findFirst()
            .orElseThrow(() -> Refusal.notFound("file", name))
            .blob();
    return FileContent.of(blobs, blob, name, range, ifRange);
  }

  /** OpenAI's answer to a deletion. */
  record Deleted(String id, String object, boolean deleted) {}
}
