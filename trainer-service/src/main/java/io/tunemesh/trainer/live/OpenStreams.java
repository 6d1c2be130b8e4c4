package io.tunemesh.trainer.live;

import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many streams each tenant has open here; none has more than {@link LiveConfig} allows. */
@ApplicationScoped
class OpenStreams {

  private final LiveConfig config;
  private final Map<String, Integer> open = new ConcurrentHashMap<>();

  OpenStreams(LiveConfig config) {
    this.config = config;
  }

  /** Counts a stream that begins; refused by 429 where the tenant has as many as it may. */
  void begin(String tenant) {
    int most = config.streamsPerTenant();
    open.compute(
        tenant,
        (name, now) -> {
          if (now != null && now >= most) {
            throw new Refusal(
                new Problem(
                    429,
                    "too_many_streams",
                    "%d streams of jobs are open. Close one, then ask again.".formatted(most),
                    null));
          }
          return now == null ? 1 : now + 1;
        });
  }

  /** Counts a stream that has ended. */
  void end(String tenant) {
    open.computeIfPresent(tenant, (name, now) -> now == 1 ? null : now - 1);
  }
}
