package io.tunemesh.inference.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RowAnswerTest {

  @Test
  void givesARowAReasonAlsoAfterAnError() throws Exception {
    RowTask task =
        (RowTask)
            Proxy.newProxyInstance(
                RowTask.class.getClassLoader(),
                new Class<?>[] {RowTask.class},
                (proxy, method, given) -> {
                  if (method.getName().equals("answer")) {
                    throw new StackOverflowError("too deep");
                  }
                  return ((Problem) given[1]).code();
                });

    RowResult result =
        new RowAnswer("batch_1", task, Duration.ofMillis(1), Duration.ZERO)
            .to(new Row(7, 0, NullNode.instance));

    assertThat(result).isEqualTo(new RowResult(7, false, "internal_error"));
  }

  @Test
  void asksForARowThatDoesNotFitAFewTimesAndNoMore() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    RowTask task =
        (RowTask)
            Proxy.newProxyInstance(
                RowTask.class.getClassLoader(),
                new Class<?>[] {RowTask.class},
                (proxy, method, given) -> {
                  if (method.getName().equals("answer")) {
                    asked.incrementAndGet();
                    throw new Refusal(new Problem(503, "out_of_memory", "too long", null));
                  }
                  return ((Problem) given[1]).code();
                });

    RowResult result =
        new RowAnswer("batch_1", task, Duration.ofMillis(1), Duration.ZERO)
            .to(new Row(7, 0, NullNode.instance));

    assertThat(result).isEqualTo(new RowResult(7, false, "out_of_memory"));
    assertThat(asked).hasValue(3);
  }
}
