package io.tunemesh.inference.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.job.JobFields;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.platform.http.Refusal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * OpenAI's request for a batch.
 *
 * @param metadata may be null
 */
record BatchRequest(
    String inputFile, Api endpoint, String window, Duration time, Map<String, String> metadata) {

  private static final Set<String> FIELDS =
      Set.of("input_file_id", "endpoint", "completion_window", "metadata", "output_expires_after");

  /**
   * Reads a request.
   *
   * @throws Refusal for the first thing that cannot be
   */
  static BatchRequest read(ObjectNode body) {
    JobFields.only(body, FIELDS);
    String file = JobFields.needed(body, "input_file_id", "the id of an uploaded file of requests");
    if (body.hasNonNull("output_expires_after")) {
      throw Refusal.invalid(
          "unsupported_parameter",
          "Files do not expire here; leave output_expires_after out and delete them when done.",
          "output_expires_after");
    }
    String path = JobFields.needed(body, "endpoint", "one of " + paths());
    Api api =
        Arrays.stream(Api.values())
            .filter(each -> each.path().equals(path))
            .findFirst()
            .orElseThrow(
                () ->
                    Refusal.invalid(
                        "invalid_endpoint",
                        "'endpoint' is one of %s.".formatted(paths()),
                        "endpoint"));
    Duration time = JobFields.window(body);
    String window = JobFields.optional(body, "completion_window");
    return new BatchRequest(file, api, window, time, JobFields.metadata(body));
  }

  private static String paths() {
    return Arrays.stream(Api.values()).map(Api::path).collect(Collectors.joining(", "));
  }

  /** What the job keeps of it. */
  Spec spec() {
    return new Spec(endpoint.path(), window);
  }

  /** What a job keeps; of a request that could not be read, its words, if it has them. */
  record Spec(String endpoint, String completionWindow) {

    Spec {
      endpoint = endpoint == null ? "" : endpoint;
      completionWindow = completionWindow == null ? "24h" : completionWindow;
    }

    Api api() {
      return Arrays.stream(Api.values())
          .filter(api -> api.path().equals(endpoint))
          .findFirst()
          .orElseThrow();
    }
  }
}
