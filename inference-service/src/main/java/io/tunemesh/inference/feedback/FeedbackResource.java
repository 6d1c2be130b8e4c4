package io.tunemesh.inference.feedback;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.security.identity.SecurityIdentity;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Runs;
import io.tunemesh.inference.job.JobFields;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.PageSize;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;
import org.jboss.resteasy.reactive.RestQuery;

/** Thumbs and corrected answers, and the files that come of them. */
@Path("/v1/feedback")
@Produces(MediaType.APPLICATION_JSON)
public class FeedbackResource {

  private final Feedbacks feedbacks;
  private final FeedbackExports exports;
  private final Caller caller;
  private final SecurityIdentity identity;

  FeedbackResource(
      Feedbacks feedbacks, FeedbackExports exports, Caller caller, SecurityIdentity identity) {
    this.feedbacks = feedbacks;
    this.exports = exports;
    this.caller = caller;
    this.identity = identity;
  }

  /** A feedback is gone; files that it is part of stay. */
  public record FeedbackDeleted(String id, String object, boolean deleted) {}

  /**
   * A file of examples that ingest-service takes in; {@code GET /v1/files/{id}} knows it soon.
   *
   * @param left how many examples did not fit it; ask again for them
   */
  public record ExportObject(
      String object, String fileId, String filename, int examples, long left) {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public FeedbackObject give(String body) {
    String name = identity.getPrincipal().getName();
    return FeedbackObject.of(feedbacks.give(caller.scope(null), name, JobFields.object(body)));
  }

  @POST
  @Path("export")
  public ExportObject export(String body) {
    ObjectNode asked =
        body == null || body.isBlank() ? Json.MAPPER.createObjectNode() : JobFields.object(body);
    JobFields.only(asked, Set.of("model", "rating", "run"));
    String run = JobFields.optional(asked, "run");
    if (!Runs.isFine(run)) {
      throw Refusal.invalid("invalid_run", "A run is " + Runs.WANTED, "run");
    }
    String rating = JobFields.optional(asked, "rating");
    FeedbackExports.Exported exported =
        exports
            .export(
                caller.scope(run),
                JobFields.optional(asked, "model"),
                rating == null ? null : rating(rating))
            .orElseThrow(
                () ->
                    Refusal.invalid(
                        "nothing_to_export",
                        "There is no feedback that tells a good answer and is in no file yet.",
                        null));
    return new ExportObject(
        "feedback.export",
        exported.file(),
        exported.filename(),
        exported.examples(),
        exported.left());
  }

  @GET
  public ListPage<FeedbackObject> list(@RestQuery String limit, @RestQuery String after) {
    int most = PageSize.of(limit, 20, 100);
    return ListPage.of(
        feedbacks.list(caller.tenant(), after, most + 1).stream().map(FeedbackObject::of).toList(),
        most,
        FeedbackObject::id);
  }

  @GET
  @Path("{id}")
  public FeedbackObject get(@PathParam("id") String id) {
    return FeedbackObject.of(feedbacks.find(caller.tenant(), id));
  }

  @DELETE
  @Path("{id}")
  public FeedbackDeleted delete(@PathParam("id") String id) {
    feedbacks.delete(caller.tenant(), id);
    return new FeedbackDeleted(id, "feedback", true);
  }

  private static Feedback.Rating rating(String given) {
    for (Feedback.Rating rating : Feedback.Rating.values()) {
      if (rating.wire().equals(given)) {
        return rating;
      }
    }
    throw Refusal.invalid("invalid_rating", "'rating' is up or down.", "rating");
  }
}
