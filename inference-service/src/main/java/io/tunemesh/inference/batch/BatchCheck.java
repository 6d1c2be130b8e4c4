package io.tunemesh.inference.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.job.InvalidInput;
import io.tunemesh.inference.job.JobProblem;
import io.tunemesh.inference.job.Lines;
import io.tunemesh.inference.turn.Api;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks through the lines of a batch's input and tells all that is wrong, each with its line. */
final class BatchCheck {

  /** What a request over HTTP may have, in bytes. */
  static final int LONGEST_LINE = 16 << 20;

  private static final int LONGEST_ID = 512;
  private static final ObjectReader READER =
      Json.MAPPER
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());

  private final Api endpoint;
  private final int maxRows;
  private final int maxProblems;
  private final List<JobProblem> problems = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private long more;

  BatchCheck(Api endpoint, int maxRows, int maxProblems) {
    this.endpoint = endpoint;
    this.maxRows = maxRows;
    this.maxProblems = maxProblems;
  }

  /** Reads all lines, and returns how many there are. */
  long rows(Lines lines) throws IOException, InvalidInput {
    long rows = 0;
    for (Lines.Line line = lines.next(); line != null; line = lines.next()) {
      if (++rows > maxRows) {
        throw InvalidInput.of(
            "too_many_tasks",
            "A batch has %d requests at most; split the file.".formatted(maxRows),
            "input_file_id");
      }
      look(line);
    }
    if (rows == 0) {
      throw InvalidInput.of(
          "empty_file", "The file has no requests; write one JSON object a line.", "input_file_id");
    }
    if (more > 0) {
      problems.add(
          new JobProblem("more_errors", "There are %d more mistakes.".formatted(more), null, null));
    }
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems);
    }
    return rows;
  }

  private void look(Lines.Line line) {
    String text = line.text();
    if (text == null) {
      wrong(
          line,
          "invalid_line",
          "The line has more than %d bytes or is no UTF-8.".formatted(LONGEST_LINE),
          null);
      return;
    }
    try {
      look(line, READER.readTree(text));
    } catch (JsonProcessingException e) {
      wrong(
          line, "invalid_json_line", "The line is no JSON: " + e.getOriginalMessage() + ".", null);
    }
  }

  private void look(Lines.Line line, JsonNode json) {
    if (!json.isObject()) {
      wrong(line, "invalid_json_line", "The line must be a JSON object.", null);
      return;
    }
    String id = json.path("custom_id").textValue();
    if (id == null || id.isBlank() || id.length() > LONGEST_ID) {
      wrong(
          line,
          "missing_required_parameter",
          "'custom_id' must be a text of up to %d characters.".formatted(LONGEST_ID),
          "custom_id");
    } else if (!ids.add(id)) {
      wrong(
          line,
          "duplicate_custom_id",
          "The custom_id '%s' stands in an earlier line; each must be unique.".formatted(id),
          "custom_id");
    }
    if (!"POST".equals(json.path("method").asText())) {
      wrong(line, "invalid_method", "'method' must be POST.", "method");
    }
    String url = json.path("url").asText();
    if (!endpoint.path().equals(url)) {
      wrong(
          line,
          "invalid_url",
          "'url' must be the batch's endpoint %s, not '%s'.".formatted(endpoint.path(), url),
          "url");
    }
    body(line, json.path("body"));
  }

  private void body(Lines.Line line, JsonNode body) {
    if (!body.isObject()) {
      wrong(line, "missing_required_parameter", "'body' must be the request's object.", "body");
      return;
    }
    String model = body.path("model").textValue();
    if (model == null || model.isBlank()) {
      wrong(line, "missing_required_parameter", "'body.model' must name a model.", "body.model");
    }
    if (body.path("stream").asBoolean()) {
      wrong(line, "unsupported_parameter", "A batch does not stream; leave it out.", "body.stream");
    }
  }

  private void wrong(Lines.Line line, String code, String message, String param) {
    if (problems.size() < maxProblems) {
      problems.add(new JobProblem(code, message, param, line.number()));
    } else {
      more++;
    }
  }
}
