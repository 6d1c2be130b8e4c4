package io.tunemesh.contract.upload;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.plan.Plan;
import jakarta.validation.constraints.NotNull;

/**
 * Asks ingest-service to take in a file that lies in the blob store. The upload's id follows from
 * the event's id, so a request that is delivered twice is one upload.
 *
 * @param requestId chosen by the client; the Kafka key
 * @param filename what its owner calls the file; plans name it by this
 * @param purpose OpenAI's; {@code fine-tune} when null
 * @param recipe how the records become examples, where the plan does not say it; {@code auto} when
 *     null
 * @param plan what shall become of the upload; null only parses it
 */
public record UploadRequested(
    @NotNull String requestId,
    @NotNull String filename,
    String purpose,
    @NotNull BlobRef blob,
    String recipe,
    Plan plan)
    implements Event {

  @Override
  public String subject() {
    return requestId;
  }
}
