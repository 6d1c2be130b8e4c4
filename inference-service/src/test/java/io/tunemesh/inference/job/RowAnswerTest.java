package io.tunemesh.inference.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RowAnswerTest {

  /** What becomes of a row whose task ends so each time. */
  private static RowResult result(Callable<?> answer) throws Exception {
    RowTask task =
        (RowTask)
            Proxy.newProxyInstance(
                RowTask.class.getClassLoader(),
                new Class<?>[] {RowTask.class},
                (proxy, method, given) ->
                    method.getName().equals("answer")
                        ? answer.call()
                        : ((Problem) given[1]).code());
    return new RowAnswer("batch_1", task, Duration.ofMillis(1), Duration.ZERO)
        .to(new Row(7, 0, NullNode.instance));
  }

  @Test
  void givesARowAReasonAlsoAfterAnError() throws Exception {
    RowResult result =
        result(
            () -> {
              throw new StackOverflowError("too deep");
            });

    assertThat(result).isEqualTo(new RowResult(7, false, "internal_error"));
  }

  @Test
  void asksForARowThatDoesNotFitAFewTimesAndNoMore() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    RowResult result =
        result(
            () -> {
              asked.incrementAndGet();
              throw new Refusal(new Problem(503, "out_of_memory", "too long", null));
            });

    assertThat(result).isEqualTo(new RowResult(7, false, "out_of_memory"));
    assertThat(asked).hasValue(3);
  }
}
