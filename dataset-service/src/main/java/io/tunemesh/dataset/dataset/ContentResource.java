package io.tunemesh.dataset.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.PageSize;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** What is in a dataset: its examples, the rows it refused, and its files. */
@Path("/v1/datasets/{id}")
@Produces(MediaType.APPLICATION_JSON)
public class ContentResource {

  private final BlobStore blobs;
  private final LinePages pages;
  private final Caller caller;

  ContentResource(BlobStore blobs, LinePages pages, Caller caller) {
    this.blobs = blobs;
    this.pages = pages;
    this.caller = caller;
  }

  /**
   * The examples in the order of their sources, each with its structure and its lineage.
   *
   * @param cutOff {@code true} for those alone that are longer than training takes
   */
  @GET
  @Path("examples")
  public ListPage<ExampleLine> examples(
      @PathParam("id") String id,
      @QueryParam("after") String after,
      @QueryParam("limit") String limit,
      @QueryParam("split") String split,
      @QueryParam("cut_off") String cutOff)
      throws IOException {
    if (split != null && Arrays.stream(Part.values()).noneMatch(p -> p.key().equals(split))) {
      throw Refusal.invalid("split_unknown", "split must be train, validation or test.", "split");
    }
    if (cutOff != null && !cutOff.equals("true") && !cutOff.equals("false")) {
      throw Refusal.invalid("cut_off_invalid", "cut_off must be true or false.", "cut_off");
    }
    DatasetFiles files = finished(id);
    boolean onlyCut = "true".equals(cutOff);
    if (onlyCut) {
      checkCounted(id, files);
    }
    return pages.page(
        files.examples(),
        ExampleLine.class,
        ExampleLine::id,
        example ->
            (split == null || example.split().equals(split)) && (!onlyCut || example.isCutOff()),
        after,
        PageSize.of(limit, 20, 1000));
  }

  /** The rows that were not used, or those of one code, each with its cell and what to mend. */
  @GET
  @Path("refused")
  public ListPage<RefusedLine> refused(
      @PathParam("id") String id,
      @QueryParam("after") String after,
      @QueryParam("limit") String limit,
      @QueryParam("code") String code)
      throws IOException {
    return pages.page(
        finished(id).refused(),
        RefusedLine.class,
        RefusedLine::id,
        row -> code == null || row.code().equals(code),
        after,
        PageSize.of(limit, 20, 1000));
  }

  /** A whole file, streamed. */
  @GET
  @Path("files/{file}")
  @Produces(MediaType.WILDCARD)
  public Response file(@PathParam("id") String id, @PathParam("file") String file)
      throws IOException {
    BlobRef ref = ref(finished(id), file);
    if (ref == null) {
      throw Refusal.notFound("file of the dataset " + id, file);
    }
    return Response.ok(blobs.open(ref))
        .type(file.equals("manifest") ? "application/json" : "application/jsonl")
        .header(HttpHeaders.CONTENT_LENGTH, ref.bytes())
        .build();
  }

  /** Refuses to list what was not counted as if there were none. */
  private void checkCounted(String id, DatasetFiles files) throws IOException {
    JsonNode tokens = MissingNode.getInstance();
    if (files.manifest() != null) {
      try (InputStream in = blobs.open(files.manifest())) {
        tokens = Json.MAPPER.readTree(in).path("tokens");
      }
    }
    if (tokens.isMissingNode() || tokens.has("absent")) {
      throw Refusal.conflict(
          "tokens_not_counted",
          "The tokens of the dataset '%s' were not counted: %s."
              .formatted(
                  id,
                  tokens.path("absent").asText("it was not built, or before there were counts")));
    }
  }

  private static BlobRef ref(DatasetFiles files, String name) {
    return switch (name) {
      case "train" -> lines(files.train());
      case "validation" -> lines(files.validation());
      case "test" -> lines(files.test());
      case "examples" -> files.examples();
      case "refused" -> files.refused();
      case "manifest" -> files.manifest();
      default -> null;
    };
  }

  private static BlobRef lines(DatasetBuilt.Part part) {
    return part == null ? null : part.lines();
  }

  private DatasetFiles finished(String id) {
    String tenant = caller.tenant();
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              Dataset dataset = DatasetResource.find(id, tenant);
              if (dataset.files() == null) {
                throw Refusal.conflict(
                    "dataset_not_built",
                    "The dataset '%s' is %s and has no content%s."
                        .formatted(
                            id,
                            dataset.status().key(),
                            dataset.status() == Status.REJECTED ? "; see its error" : " yet"));
              }
              return dataset.files();
            });
  }
}
