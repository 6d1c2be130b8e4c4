package io.tunemesh.dataset.report;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.dataset.DatasetView;
import io.tunemesh.dataset.dataset.Status;
import io.tunemesh.dataset.report.Report.Rejection;
import io.tunemesh.dataset.report.Report.SourceRows;
import io.tunemesh.dataset.source.KnownUpload;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import io.tunemesh.platform.page.PageResponses;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** What a person should look at in a dataset, as JSON and as a page. */
@Path("/v1/datasets/{id}")
public class ReportResource {

  private final BlobStore blobs;
  private final Caller caller;

  ReportResource(BlobStore blobs, Caller caller) {
    this.blobs = blobs;
    this.caller = caller;
  }

  /** The report of a dataset that was built or rejected: JSON, or the page for who prefers HTML. */
  @GET
  @Path("report")
  @Produces({MediaType.APPLICATION_JSON, MediaType.TEXT_HTML})
  public Response report(@PathParam("id") String id, @Context HttpHeaders headers)
      throws IOException {
    if (PageResponses.prefersHtml(headers)) {
      return page(id);
    }
    try (InputStream report = open(id)) {
      return PageResponses.json(report.readAllBytes());
    }
  }

  /** The report as one page that needs nothing else, to be read, saved and printed. */
  @GET
  @Path("report.html")
  @Produces({MediaType.TEXT_HTML, MediaType.APPLICATION_JSON})
  public Response page(@PathParam("id") String id) throws IOException {
    try (InputStream report = open(id)) {
      return PageResponses.html(ReportPage.of(Reports.read(report), id));
    }
  }

  private InputStream open(String id) throws IOException {
    String tenant = caller.tenant();
    Found found = QuarkusTransaction.requiringNew().call(() -> found(id, tenant));
    return found.stored() == null
        ? new ByteArrayInputStream(Reports.bytes(found.unread()))
        : blobs.open(found.stored());
  }

  /** A report that a build stored, or one of a dataset whose sources were not read. */
  private record Found(BlobRef stored, Report unread) {}

  private static Found found(String id, String tenant) {
    Dataset dataset = Dataset.ofTenant(id, tenant);
    DatasetView view = DatasetView.of(dataset);
    if (dataset.files() != null) {
      if (dataset.files().report() == null) {
        throw Refusal.conflict(
            "report_missing",
            "The dataset '%s' was built before there were reports; ask for it again under another id."
                .formatted(id));
      }
      return new Found(dataset.files().report(), null);
    }
    if (view.status() != Status.REJECTED) {
      throw Refusal.conflict(
          "dataset_not_built",
          "The dataset '%s' is %s and has no report yet.".formatted(id, view.status().key()));
    }
    Rejection rejected =
        new Rejection(view.error().code(), view.error().message(), view.error().where());
    List<SourceRows> sources = view.sources().stream().map(ReportResource::source).toList();
    return new Found(null, Reports.unread(view.name(), rejected, sources));
  }

  private static SourceRows source(DatasetView.SourceView source) {
    KnownUpload upload = source.fileId() == null ? null : KnownUpload.findById(source.fileId());
    Long rows =
        upload != null && upload.fact() instanceof UploadParsed parsed ? parsed.rows() : null;
    String name = upload == null ? source.file() : upload.filename();
    return new SourceRows(name, source.fileId(), null, rows, null, null, null);
  }
}
