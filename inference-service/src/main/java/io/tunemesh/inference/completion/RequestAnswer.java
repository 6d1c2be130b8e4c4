package io.tunemesh.inference.completion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.inference.turn.NotYet;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The answer to a request that came by event. */
@ApplicationScoped
class RequestAnswer {

  /** Events carry a tenant and no key. */
  private static final String CALLER = "event";

  private final Turns turns;
  private final CompletionConfig config;

  RequestAnswer(Turns turns, CompletionConfig config) {
    this.turns = turns;
    this.config = config;
  }

  RequestOutcome to(InferenceRequest request) throws InterruptedException {
    try {
      Asker asker = new Asker(request.tenant(), CALLER, request.scope().traceparent());
      return fitting(turns.ask(Turn.of(asker, Api.CHAT, Source.EVENT, body(request))));
    } catch (NotYet notYet) {
      return new RequestOutcome.Wait(notYet.problem());
    } catch (Refusal refusal) {
      return new RequestOutcome.Failure(refusal.problem());
    }
  }

  private RequestOutcome fitting(ObjectNode answer) {
    try {
      // Half a character, which a model may answer with, becomes a question mark: no event holds
      // it.
      byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
      return bytes.length > config.maxAnswer().asLongValue()
          ? new RequestOutcome.Failure(tooLong(bytes.length))
          : new RequestOutcome.Answer(Json.MAPPER.readValue(bytes, ObjectNode.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode body(InferenceRequest request) {
    try {
      return (ObjectNode) Json.MAPPER.readTree(request.body());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an unreadable request", e);
    }
  }

  private Problem tooLong(long bytes) {
    return Problems.answerTooLong(
        "it has %d bytes, and an event holds %d"
            .formatted(bytes, config.maxAnswer().asLongValue()));
  }
}
