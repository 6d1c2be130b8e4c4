package io.tunemesh.inference.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.annotation.Priority;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** Does what the {@code user} of a question says, and notes the ends of all turns. */
@Singleton
@Priority(250)
class TestStep implements Step, Witness {

  final List<Ending> endings = new CopyOnWriteArrayList<>();
  final CountDownLatch waits = new CountDownLatch(1);

  @Override
  public boolean concerns(Turn turn) {
    return turn.body().path("user").asText().startsWith("step-");
  }

  @Override
  public boolean before(Turn turn) {
    switch (turn.body().path("user").asText()) {
      case "step-refuses" -> {
        turn.header("Retry-After", "9");
        throw new Refusal(new Problem(429, "too_much", "Less, please.", null));
      }
      case "step-overflows" -> throw new StackOverflowError("in before");
      case "step-waits", "step-looks" -> {
        return false;
      }
      case "step-renames" -> turn.answerWith("stub-base");
      default -> turn.tell("note", TextNode.valueOf("seen"));
    }
    return true;
  }

  @Override
  public void await(Turn turn) throws InterruptedException {
    if (turn.body().path("user").asText().equals("step-waits")) {
      waits.countDown();
      Thread.sleep(60_000);
    }
    turn.tell(
        "note",
        TextNode.valueOf("seen by a thread that may wait: " + Thread.currentThread().isVirtual()));
  }

  @Override
  public boolean readsAnswer(Turn turn) {
    return true;
  }

  @Override
  public boolean after(Turn turn, ObjectNode answer) {
    if (turn.body().path("user").asText().equals("step-overflows-late")) {
      throw new StackOverflowError("in after");
    }
    content(answer.path("choices").get(0).withObjectProperty("message"), String::toUpperCase);
    return true;
  }

  @Override
  public ChunkFilter filter(Turn turn) {
    return new HoldsOneBack();
  }

  @Override
  public void ended(Turn turn, Ending ending) {
    if (concerns(turn)) {
      endings.add(ending);
    }
  }

  private static void content(ObjectNode message, UnaryOperator<String> change) {
    message.put("content", change.apply(message.path("content").asText()));
  }

  /** Upper case, one chunk late. */
  private static final class HoldsOneBack implements ChunkFilter {

    private ObjectNode held;

    @Override
    public List<ObjectNode> next(ObjectNode chunk) {
      content(chunk.path("choices").get(0).withObjectProperty("delta"), String::toUpperCase);
      List<ObjectNode> out = held == null ? List.of() : List.of(held);
      held = chunk;
      return out;
    }

    @Override
    public List<ObjectNode> end() {
      return held == null ? List.of() : List.of(held);
    }
  }
}
