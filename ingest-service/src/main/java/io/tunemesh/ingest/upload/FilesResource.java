package io.tunemesh.ingest.upload;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.PageSize;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import io.tunemesh.platform.outbox.EventTooLarge;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;

/** OpenAI's {@code /v1/files}. */
@Path("/v1/files")
public class FilesResource {

  private static final int MAX_LIMIT = 10_000;
  private static final int MAX_KEY = 255;

  private final Uploads uploads;
  private final SentAgain sentAgain;
  private final BlobStore blobs;
  private final UploadConfig config;
  private final Caller caller;
  private final CurrentVertxRequest request;

  FilesResource(
      Uploads uploads,
      SentAgain sentAgain,
      BlobStore blobs,
      UploadConfig config,
      Caller caller,
      CurrentVertxRequest request) {
    this.uploads = uploads;
    this.sentAgain = sentAgain;
    this.blobs = blobs;
    this.config = config;
    this.caller = caller;
    this.request = request;
  }

  /**
   * Stores a file. The body lies on the disk, never in memory, until it is whole; what breaks off
   * leaves nothing; what a client sends again because the answer was lost is the same file.
   */
  @POST
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  public FileObject create(
      UploadForm form,
      @RestHeader("Idempotency-Key") String key,
      @RestHeader("x-stainless-retry-count") String tries)
      throws InvalidPlan, IOException {
    SentAgain.Sending sending = sending(key, tries);
    NewUpload asked = asked(form).checked();
    if (form.file.size() > config.maxBytes()) {
      throw SizeGate.tooLarge(config.maxBytes());
    }
    BlobRef content;
    try (InputStream in = Files.newInputStream(form.file.uploadedFile())) {
      content = blobs.put("uploads/" + asked.id() + "/content", in);
    }
    Upload upload = received(asked, content, sending);
    if (!upload.id().equals(asked.id())) {
      blobs.delete(content.key());
    }
    return FileObject.of(upload);
  }

  /** Another failure keeps the bytes: the row may be committed although the answer was lost. */
  private Upload received(NewUpload asked, BlobRef content, SentAgain.Sending sending)
      throws IOException {
    try {
      return sentAgain.receive(asked, content, sending);
    } catch (Refusal | EventTooLarge e) {
      blobs.delete(content.key());
      throw e;
    }
  }

  @GET
  public ListPage<FileObject> list(
      @RestQuery String purpose,
      @RestQuery String limit,
      @RestQuery String order,
      @RestQuery String after) {
    int most = PageSize.of(limit, MAX_LIMIT, MAX_LIMIT);
    if (order != null && !order.equals("asc") && !order.equals("desc")) {
      throw Refusal.invalid("invalid_order", "The order is asc or desc.", "order");
    }
    List<FileObject> found =
        uploads.list(caller.tenant(), purpose, after, "asc".equals(order), most + 1);
    return ListPage.of(found, most, FileObject::id);
  }

  @GET
  @Path("{id}")
  public FileObject get(@PathParam("id") String id) {
    return FileObject.of(uploads.find(caller.tenant(), id));
  }

  /** The bytes, as they came, whatever they are: never shown by a browser. */
  @GET
  @Path("{id}/content")
  public Response content(@PathParam("id") String id) throws IOException {
    Upload upload = uploads.find(caller.tenant(), id);
    if (upload.content().sha256() == null) {
      throw Refusal.conflict("no_content", "The file's bytes are not stored here.");
    }
    return Response.ok(blobs.open(upload.content()))
        .type(MediaType.APPLICATION_OCTET_STREAM)
        .header("Content-Length", upload.bytes())
        .header("Content-Disposition", FileNames.disposition(upload.filename()))
        .header("X-Content-Type-Options", "nosniff")
        .build();
  }

  @DELETE
  @Path("{id}")
  public FileDeleted delete(@PathParam("id") String id) {
    uploads.delete(caller.tenant(), id);
    return new FileDeleted(id, "file", true);
  }

  private NewUpload asked(UploadForm form) throws InvalidPlan {
    if (form.file == null) {
      throw Refusal.invalid("missing_file", "Send the file in the form's field 'file'.", "file");
    }
    if (form.purpose == null || form.purpose.isBlank()) {
      throw Refusal.invalid(
          "missing_purpose", "Send 'purpose', such as " + NewUpload.FINE_TUNE + ".", "purpose");
    }
    if (form.expiresAnchor != null || form.expiresSeconds != null) {
      throw Refusal.invalid(
          "unsupported_parameter",
          "Files do not expire here; leave expires_after out and delete the file when it is done.",
          "expires_after");
    }
    Plan plan = given(form.plan) ? Plans.plan(form.plan) : null;
    return new NewUpload(
        Ids.random("file-"),
        caller.scope(given(form.run) ? form.run : null),
        FileNames.sent(form.file.fileName()),
        form.purpose,
        given(form.recipe) ? form.recipe : null,
        plan);
  }

  private SentAgain.Sending sending(String key, String tries) {
    if (key != null && (key.length() > MAX_KEY || key.isBlank())) {
      throw Refusal.invalid(
          "invalid_idempotency_key",
          "An Idempotency-Key has 1 to %d characters.".formatted(MAX_KEY),
          "Idempotency-Key");
    }
    boolean again = tries != null && tries.matches("[1-9]\\d{0,8}");
    return new SentAgain.Sending(key, again, request.getCurrent().get(SizeGate.CAME));
  }

  private static boolean given(String field) {
    return field != null && !field.isBlank();
  }
}
