package io.tunemesh.inference.completion;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.turn.Ending.Outcome;
import io.tunemesh.inference.turn.Passage;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.inference.turn.Usage;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One turn that came over HTTP, on its way through the steps to the engine and back. The client
 * gets one answer; when it goes away, the engine's work is cancelled. All callbacks run on the
 * request's event loop, and what may wait runs beside it.
 */
final class Forward implements Attempts.Listener {

  private static final Logger LOG = Logger.getLogger(Forward.class);

  /** What is read as JSON in well under a millisecond, and so on the event loop. */
  private static final int SHORT_BYTES = 16 * 1024;

  private static final ObjectReader ANSWERS = Json.MAPPER.readerFor(ObjectNode.class);

  private final RoutingContext client;
  private final Turn turn;
  private final Passage passage;
  private final Context context = Vertx.currentContext();

  private final Attempts attempts;
  private final Watch watch;

  private Upstream upstream;
  private boolean clientGone;

  Forward(RoutingContext client, Attempts.Parts parts, Turn turn, Passage passage) {
    this.client = client;
    this.turn = turn;
    this.passage = passage;
    this.watch = parts.watch();
    this.attempts = new Attempts(parts, context, turn, Upstream.headers(client.request()), this);
  }

  void start() {
    client.response().putHeader("x-request-id", turn.id());
    client.addEndHandler(
        end -> {
          // Over HTTP/2 the end of a stream is told as a failure, also when all of it was sent.
          if (end.failed() && !client.response().ended()) {
            clientGone = true;
            if (upstream == null ? attempts.isAsking() : !turn.streams()) {
              // How far the answer was, nobody tells; the question was read.
              passage.streamed(0);
            }
            cancel();
            passage.end(Outcome.CANCELLED, 499, "cancelled");
          }
        });
    if (turn.size() > SHORT_BYTES || !enteredAtOnce()) {
      beside(
          () -> {
            passage.enter();
            return null;
          },
          any -> entered());
    }
  }

  /** False if something is to be waited for. */
  private boolean enteredAtOnce() {
    try {
      if (!passage.enterAtOnce()) {
        return false;
      }
      entered();
    } catch (Throwable e) {
      // Also after an Error, or the turn would hold its slot for ever.
      failed(e);
    }
    return true;
  }

  private void entered() {
    if (!clientGone) {
      attempts.start();
    }
  }

  @Override
  public void none(Problem problem) {
    refuse(problem);
  }

  @Override
  public void broke(Throwable failure) {
    failed(failure);
  }

  @Override
  public void began(Upstream answering, HttpClientResponse response, Buffer first) {
    upstream = answering;
    turn.answeredBy(answering.engine().name());
    if (clientGone) {
      cancel();
    } else if (first != null) {
      new AnswerStream(watch, client, turn, passage, upstream, response).start(first);
    } else {
      response
          .body()
          .onSuccess(body -> whole(response, upstream.renaming().answer(body)))
          .onFailure(this::interrupted);
    }
  }

  private void whole(HttpClientResponse response, Buffer body) {
    upstream.done();
    passage.begins();
    if (response.statusCode() >= 400) {
      refusedByEngine(response, body.toString());
    } else if (response.statusCode() != 200) {
      finish(response, body, outcome(response.statusCode()), "engine_error");
    } else if (ErrorFrame.isAborted(body.getBytes())) {
      refuse(Problems.interrupted());
    } else if (passage.readsAnswer()) {
      leave(body, left -> finish(response, left, Outcome.ANSWERED, null));
    } else {
      passage.used(Usage.in(body.getBytes()));
      finish(response, body, Outcome.ANSWERED, null);
    }
  }

  /** An engine's errors are not all of the form that OpenAI's clients read. */
  private void refusedByEngine(HttpClientResponse response, String body) {
    Problem told = EngineError.of(response.statusCode(), body).problem();
    if (told.status() != response.statusCode()) {
      refuse(told);
      return;
    }
    String accept = client.request().getHeader(HttpHeaders.ACCEPT);
    response.headers().set(HttpHeaders.CONTENT_TYPE, told.mediaType(accept));
    finish(response, Buffer.buffer(told.json(accept)), outcome(told.status()), "engine_error");
  }

  private void leave(Buffer body, Consumer<Buffer> then) {
    if (body.length() > SHORT_BYTES || passage.takesLong()) {
      beside(() -> left(body), then);
      return;
    }
    try {
      then.accept(left(body));
    } catch (Throwable e) {
      failed(e);
    }
  }

  /** The answer as the steps leave it. */
  private Buffer left(Buffer body) throws IOException, InterruptedException {
    ObjectNode answer = ANSWERS.readValue(body.getBytes());
    passage.used(Usage.of(answer));
    boolean changed = passage.leave(answer);
    return Told.in(body, answer, changed, turn.told());
  }

  private void finish(HttpClientResponse response, Buffer body, Outcome outcome, String code) {
    if (clientGone) {
      return;
    }
    Answers.begin(client.response(), response, turn);
    client.response().setChunked(false).putHeader(HttpHeaders.CONTENT_LENGTH, "" + body.length());
    Answers.endWith(client.response().end(body), passage, outcome, response.statusCode(), code);
  }

  /** The engine broke off before it had said all of an answer that is not streamed. */
  private void interrupted(Throwable failure) {
    if (!clientGone) {
      LOG.warnf("An answer was broken off, model=%s cause=%s", turn.model(), failure);
      cancel();
      refuse(Problems.interrupted());
    }
  }

  private void refuse(Problem problem) {
    if (!clientGone) {
      Answers.problem(client, problem, turn);
      passage.end(outcome(problem.status()), problem.status(), problem.code());
    }
  }

  static Outcome outcome(int status) {
    return status >= 500 ? Outcome.FAILED : Outcome.REFUSED;
  }

  private void failed(Throwable failure) {
    if (clientGone) {
      return;
    }
    if (failure instanceof Refusal refusal) {
      refuse(refusal.problem());
    } else {
      LOG.error("Request failed, turn=" + turn.id(), failure);
      attempts.cancel();
      refuse(Problems.internal());
    }
  }

  private <T> void beside(Callable<T> work, Consumer<T> then) {
    Thread.ofVirtual()
        .name(turn.id())
        .start(
            () -> {
              try {
                T done = work.call();
                context.runOnContext(any -> then.accept(done));
              } catch (Throwable e) {
                context.runOnContext(any -> failed(e));
              }
            });
  }

  private void cancel() {
    attempts.cancel();
    if (upstream != null) {
      upstream.cancel();
    }
  }
}
