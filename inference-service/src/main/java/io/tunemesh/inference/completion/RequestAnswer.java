package io.tunemesh.inference.completion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.engine.EngineTimeout;
import io.tunemesh.inference.engine.EngineUnreachable;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Asks the engine for the answer to a request that came by event, as HTTP would have. */
@ApplicationScoped
class RequestAnswer {

  private final ModelGate gate;
  private final Engine engine;
  private final CompletionConfig config;

  RequestAnswer(ModelGate gate, Engine engine, CompletionConfig config) {
    this.gate = gate;
    this.engine = engine;
    this.config = config;
  }

  RequestOutcome to(InferenceRequest request) {
    try {
      ObjectNode body = whole(request.body());
      String model = ChatBody.model(body);
      return switch (gate.look(request.tenant(), model)) {
        case Access.Granted granted -> ask(model, body);
        case Access.NotYet notYet -> new RequestOutcome.Wait(notYet.problem());
        case Access.Denied denied -> new RequestOutcome.Failure(denied.problem());
      };
    } catch (Refusal refusal) {
      return new RequestOutcome.Failure(refusal.problem());
    }
  }

  private RequestOutcome ask(String model, ObjectNode body) {
    try {
      ObjectNode answer = engine.chat(body);
      // Half a character, which a model may answer with, becomes a question mark: no event holds
      // it.
      byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
      return bytes.length > config.maxAnswer().asLongValue()
          ? new RequestOutcome.Failure(tooLong(bytes.length))
          : new RequestOutcome.Answer(Json.MAPPER.readValue(bytes, ObjectNode.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (EngineUnreachable e) {
      return new RequestOutcome.Wait(Problems.engineUnreachable());
    } catch (EngineTimeout e) {
      return new RequestOutcome.Failure(Problems.engineTimeout());
    } catch (EngineError e) {
      return refused(model, e);
    }
  }

  private RequestOutcome refused(String model, EngineError e) {
    Problem problem = new Problem(e.status(), e.code(), e.getMessage(), null);
    if (e.status() == 404 && gate.isTuned(model)) {
      gate.lost(model);
      return new RequestOutcome.Wait(problem);
    }
    return e.busy() ? new RequestOutcome.Wait(problem) : new RequestOutcome.Failure(problem);
  }

  /** An event holds one whole answer, so a stream is not asked for. */
  private static ObjectNode whole(String body) {
    try {
      ObjectNode request = (ObjectNode) Json.MAPPER.readTree(body);
      request.remove("stream_options");
      return request.put("stream", false);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an unreadable request", e);
    }
  }

  private Problem tooLong(long bytes) {
    return new Problem(
        422,
        "answer_too_long",
        "The answer has %d bytes and an event holds %d; ask over HTTP or for fewer tokens."
            .formatted(bytes, config.maxAnswer().asLongValue()),
        "max_tokens");
  }
}
