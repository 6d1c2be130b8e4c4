package io.tunemesh.dataset.export;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.dataset.Status;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.blob.BlobStore;
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
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Datasets in the forms that other programs take. */
@Path("/v1/datasets/{id}/export")
public class ExportResource {

  private final BlobStore blobs;
  private final Caller caller;

  ExportResource(BlobStore blobs, Caller caller) {
    this.blobs = blobs;
    this.caller = caller;
  }

  /**
   * The examples of a dataset in a format, each once, in the order of their sources. What is asked
   * for is checked before the first byte; when reading fails later on, the connection is cut, so
   * that half an export is never taken for a whole one.
   *
   * @param split null for all, where the format tells them apart
   * @param license of the Hugging Face card; {@code unknown} when absent
   */
  @GET
  @Produces(MediaType.WILDCARD)
  public Response export(
      @PathParam("id") String id,
      @QueryParam("format") String format,
      @QueryParam("split") String split,
      @QueryParam("license") String license)
      throws IOException {
    Format wanted = format(format);
    Part part = part(split, wanted);
    checkLicense(license, wanted);
    Built dataset = built(id);
    checkFits(dataset, wanted);
    Export export = new Export(blobs, dataset, wanted, part, license);
    export.check();
    return Response.ok((StreamingOutput) export::write)
        .type(wanted.mediaType())
        .header(HttpHeaders.CONTENT_DISPOSITION, FileName.disposition(dataset, part, wanted))
        .header("X-Content-Type-Options", "nosniff")
        .build();
  }

  private static Format format(String format) {
    return Format.of(format == null ? "" : format)
        .orElseThrow(
            () ->
                Refusal.invalid(
                    "format_unknown", "format must be one of " + Format.choices() + ".", "format"));
  }

  private static Part part(String split, Format format) {
    if (split == null && !format.tellsSplits()) {
      throw Refusal.invalid(
          "split_missing",
          ("%s has no place to tell the splits apart, and one file of all would have the test among"
                  + " what is trained on; add split=%s.")
              .formatted(format.key(), parts().replace(", ", " or split=")),
          "split");
    }
    return split == null
        ? null
        : Arrays.stream(Part.values())
            .filter(part -> part.key().equals(split))
            .findFirst()
            .orElseThrow(
                () ->
                    Refusal.invalid(
                        "split_unknown", "split must be one of " + parts() + ".", "split"));
  }

  private static String parts() {
    return Arrays.stream(Part.values()).map(Part::key).collect(Collectors.joining(", "));
  }

  private static void checkLicense(String license, Format format) {
    if (license == null) {
      return;
    }
    if (format != Format.HUGGINGFACE) {
      throw Refusal.invalid(
          "license_misplaced",
          "license is for the card of format=huggingface; leave it out.",
          "license");
    }
    if (!license.matches("[a-z0-9][a-z0-9.-]{0,63}")) {
      throw Refusal.invalid(
          "license_malformed",
          "license must be an identifier of the Hugging Face Hub, as cc-by-4.0, apache-2.0 or"
              + " unknown.",
          "license");
    }
  }

  private static void checkFits(Built dataset, Format format) {
    if (!format.fits(dataset.task())) {
      throw Refusal.invalid(
          "format_unfit",
          "The dataset '%s' is of %s, which %s has no place for; ask for one of %s."
              .formatted(
                  dataset.id(),
                  dataset.isPlainText() ? "plain text" : "chats",
                  format.key(),
                  Format.choices(dataset.task())),
          "format");
    }
  }

  private Built built(String id) throws IOException {
    String tenant = caller.tenant();
    Named named = QuarkusTransaction.requiringNew().call(() -> named(Dataset.ofTenant(id, tenant)));
    return Built.read(id, named.name(), named.files(), blobs);
  }

  private static Named named(Dataset dataset) {
    if (dataset.status() != Status.BUILT) {
      throw Refusal.conflict(
          "dataset_not_built",
          "The dataset '%s' is %s and cannot be exported%s."
              .formatted(
                  dataset.id(),
                  dataset.status().key(),
                  dataset.status() == Status.REJECTED
                      ? "; see its error"
                      : " yet; wait until its status is built"));
    }
    return new Named(dataset.name(), dataset.files());
  }

  private record Named(String name, DatasetFiles files) {}
}
