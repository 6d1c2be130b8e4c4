package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.inference.text.Body;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jboss.resteasy.reactive.RestQuery;

/** The files of OpenAI's vector stores. */
@Path("/v1/vector_stores/{store}/files")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public class StoreFilesResource {

  private static final int LARGEST = 1 << 20;

  private final VectorStores stores;
  private final ChunkTable chunks;
  private final ObjectMapper mapper;
  private final DocumentWorker worker;
  private final Caller caller;

  StoreFilesResource(
      VectorStores stores,
      ChunkTable chunks,
      ObjectMapper mapper,
      DocumentWorker worker,
      Caller caller) {
    this.stores = stores;
    this.chunks = chunks;
    this.mapper = mapper;
    this.worker = worker;
    this.caller = caller;
  }

  /** Attaches a file, which is read, cut and embedded from now on. */
  @POST
  public FileView attach(@PathParam("store") String store, InputStream body)
      throws InvalidPlan, IOException {
    FileView file = stores.attach(caller.tenant(), store, FileWish.read(Body.text(body, LARGEST)));
    worker.wake();
    return file;
  }

  @GET
  public ListPage<FileView> list(
      @PathParam("store") String store, @BeanParam Paging paging, @RestQuery String filter) {
    return paging.page(stores.files(caller.tenant(), store, status(filter), paging), FileView::id);
  }

  /** The status that a list is to be filtered by; null for all. */
  static StoreFile.Status status(String filter) {
    if (filter == null) {
      return null;
    }
    for (StoreFile.Status status : StoreFile.Status.values()) {
      if (status.name().toLowerCase(Locale.ROOT).equals(filter)) {
        return status;
      }
    }
    throw Refusal.invalid(
        "invalid_filter", "filter must be in_progress, completed, failed or cancelled.", "filter");
  }

  @GET
  @Path("{file}")
  public FileView get(@PathParam("store") String store, @PathParam("file") String file) {
    return stores.file(caller.tenant(), store, file);
  }

  /** Changes the attributes that searches filter by. */
  @POST
  @Path("{file}")
  public FileView change(
      @PathParam("store") String store, @PathParam("file") String file, InputStream body)
      throws InvalidPlan, IOException {
    return stores.attributes(
        caller.tenant(), store, file, FileWish.newAttributes(Body.text(body, LARGEST)));
  }

  @DELETE
  @Path("{file}")
  public StoreView.Deleted detach(
      @PathParam("store") String store, @PathParam("file") String file) {
    stores.detach(caller.tenant(), store, file);
    return new StoreView.Deleted(file, "vector_store.file.deleted", true);
  }

  /** The file as it was cut, with the place of each part; empty until it is completed. */
  @GET
  @Path("{file}/content")
  public Response content(@PathParam("store") String store, @PathParam("file") String file) {
    StoreFile found = stores.stored(caller.tenant(), store, file);
    FileContent content = new FileContent(found.id(), found.chunks(), chunks, mapper);
    return Response.ok(content).type(MediaType.APPLICATION_JSON).build();
  }
}
