package io.tunemesh.ingest.upload;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.Digests;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/**
 * OpenAI's {@code /v1/uploads}: a file in parts, which may be sent in parallel, in any order, and
 * again. {@code GET} on an upload lists the parts that are there, so that a client goes on after a
 * break.
 */
@Path("/v1/uploads")
public class PartsResource {

  /** Whatever it says, nobody reads the file by it. */
  private static final Pattern MIME_TYPE = Pattern.compile("[^\\p{Cntrl}]{0,255}");

  private final PartUploads uploads;
  private final Completion completion;
  private final BlobStore blobs;
  private final UploadConfig config;
  private final Caller caller;

  PartsResource(
      PartUploads uploads,
      Completion completion,
      BlobStore blobs,
      UploadConfig config,
      Caller caller) {
    this.uploads = uploads;
    this.completion = completion;
    this.blobs = blobs;
    this.config = config;
    this.caller = caller;
  }

  /** OpenAI's body, and our {@code recipe}, {@code plan}, {@code run}. */
  public record Creation(
      String filename,
      String purpose,
      Long bytes,
      String mimeType,
      JsonNode expiresAfter,
      String recipe,
      JsonNode plan,
      String run) {}

  /** OpenAI's body. */
  public record Ending(List<String> partIds, String md5) {}

  /** OpenAI's form. */
  public static class PartForm {
    @RestForm FileUpload data;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public PartUploadObject create(Creation asked) throws InvalidPlan {
    if (asked == null || asked.bytes() == null || asked.bytes() < 1) {
      throw Refusal.invalid("invalid_bytes", "Say in 'bytes' how many there are.", "bytes");
    }
    if (asked.bytes() > config.maxBytes()) {
      throw SizeGate.tooLarge(config.maxBytes());
    }
    if (asked.purpose() == null || asked.purpose().isBlank()) {
      throw Refusal.invalid(
          "missing_purpose", "Send 'purpose', such as " + NewUpload.FINE_TUNE + ".", "purpose");
    }
    if (asked.mimeType() != null && !MIME_TYPE.matcher(asked.mimeType()).matches()) {
      throw Refusal.invalid(
          "invalid_mime_type", "Send a media type such as text/csv, or none.", "mime_type");
    }
    if (asked.expiresAfter() != null && !asked.expiresAfter().isNull()) {
      throw Refusal.invalid(
          "unsupported_parameter",
          "Files do not expire here; leave expires_after out and delete the file when it is done.",
          "expires_after");
    }
    NewUpload upload =
        new NewUpload(
            Ids.random("upload_"),
            caller.scope(asked.run()),
            asked.filename(),
            asked.purpose(),
            asked.recipe(),
            plan(asked.plan()));
    PartUpload made =
        new PartUpload(upload.checked(), asked.mimeType(), asked.bytes(), config.partsKept());
    uploads.add(made);
    return PartUploadObject.of(made, null, List.of());
  }

  @GET
  @Path("{id}")
  public PartUploadObject get(@PathParam("id") String id) {
    return uploads.get(caller.tenant(), id);
  }

  /** The answer comes after the part's bytes are stored. */
  @POST
  @Path("{id}/parts")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  public UploadPart part(@PathParam("id") String id, PartForm form) throws IOException {
    if (form.data == null || form.data.size() == 0) {
      throw Refusal.invalid("missing_data", "Send the bytes in the form's field 'data'.", "data");
    }
    if (form.data.size() > config.maxPartBytes()) {
      throw new Refusal(
          new Problem(
              413,
              "part_too_large",
              "A part may have %,d bytes at most; send more and smaller ones."
                  .formatted(config.maxPartBytes()),
              "data"));
    }
    String sha256 = sha256(form.data);
    UploadPart part =
        uploads.expect(
            caller.tenant(),
            id,
            UploadPart.of(
                Ids.derived("part_", id + "/" + sha256),
                Instant.now(),
                id,
                form.data.size(),
                sha256));
    try (InputStream in = Files.newInputStream(form.data.uploadedFile())) {
      blobs.put(part.key(), in);
    }
    try {
      uploads.stored(caller.tenant(), part);
    } catch (Refusal e) {
      blobs.delete(part.key());
      throw e;
    }
    return part;
  }

  @POST
  @Path("{id}/complete")
  @Consumes(MediaType.APPLICATION_JSON)
  public PartUploadObject complete(@PathParam("id") String id, Ending asked)
      throws IOException, InterruptedException {
    if (asked == null || asked.partIds() == null || asked.partIds().isEmpty()) {
      throw Refusal.invalid("missing_part_ids", "Send the parts' ids in order.", "part_ids");
    }
    return completion.of(caller.tenant(), id, asked.partIds(), asked.md5());
  }

  @POST
  @Path("{id}/cancel")
  public PartUploadObject cancel(@PathParam("id") String id) {
    return uploads.cancel(caller.tenant(), id);
  }

  private static Plan plan(JsonNode plan) throws InvalidPlan {
    if (plan == null || plan.isNull()) {
      return null;
    }
    return Plans.plan(plan.isTextual() ? plan.asText() : plan.toString());
  }

  private static String sha256(FileUpload data) throws IOException {
    MessageDigest digest = Digests.sha256();
    try (InputStream in =
        new DigestInputStream(Files.newInputStream(data.uploadedFile()), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
