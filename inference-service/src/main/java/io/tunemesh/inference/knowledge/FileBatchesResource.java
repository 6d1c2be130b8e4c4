package io.tunemesh.inference.knowledge;

import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.inference.text.Body;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import org.jboss.resteasy.reactive.RestQuery;

/** OpenAI's batches of files of a vector store. */
@Path("/v1/vector_stores/{store}/file_batches")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public class FileBatchesResource {

  private static final int LARGEST = 16 << 20;

  private final FileBatches batches;
  private final DocumentWorker worker;
  private final Caller caller;

  FileBatchesResource(FileBatches batches, DocumentWorker worker, Caller caller) {
    this.batches = batches;
    this.worker = worker;
    this.caller = caller;
  }

  /** Attaches files, which are read, cut and embedded from now on. */
  @POST
  public FileBatchView create(@PathParam("store") String store, InputStream body)
      throws InvalidPlan, IOException {
    FileBatchWish wish = FileBatchWish.read(Body.text(body, LARGEST));
    FileBatchView made = batches.create(caller.tenant(), store, wish);
    worker.wake();
    return made;
  }

  @GET
  @Path("{batch}")
  public FileBatchView get(@PathParam("store") String store, @PathParam("batch") String batch) {
    return batches.get(caller.tenant(), store, batch);
  }

  @POST
  @Path("{batch}/cancel")
  public FileBatchView cancel(@PathParam("store") String store, @PathParam("batch") String batch) {
    return batches.cancel(caller.tenant(), store, batch);
  }

  @GET
  @Path("{batch}/files")
  public ListPage<FileView> files(
      @PathParam("store") String store,
      @PathParam("batch") String batch,
      @BeanParam Paging paging,
      @RestQuery String filter) {
    return paging.page(
        batches.files(caller.tenant(), store, batch, StoreFilesResource.status(filter), paging),
        FileView::id);
  }
}
