package io.tunemesh.platform.live;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.live.EventStream.Patience;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Server-sent events, a bounded number of streams for each tenant. A stream sends its next event
 * when the client has taken the one before, shows a sign of life when nothing comes, and ends with
 * its source, its client or this process.
 */
@ApplicationScoped
public class EventStreams {

  private final StreamsConfig config;
  private final Patience patience;
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
  private final Thread hook = new Thread(this::end, "event-streams-end");
  private volatile boolean ended;

  @Inject
  EventStreams(StreamsConfig config) {
    this(config, Patience.USUAL);
  }

  EventStreams(StreamsConfig config, Patience patience) {
    this.config = config;
    this.patience = patience;
  }

  void start(@Observes StartupEvent event) {
    // before Quarkus waits for open requests, which a stream would keep waiting
    Runtime.getRuntime().addShutdownHook(hook);
  }

  void stop(@Observes ShutdownEvent event) {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the hook runs, or has run
      return;
    }
  }

  private void end() {
    ended = true;
    streams.forEach(EventStream::end);
  }

  /**
   * The number in a {@code Last-Event-ID}; 0 where the client sends none.
   *
   * @throws Refusal if it is no number
   */
  public static long after(String last) {
    if (last == null || last.isBlank()) {
      return 0;
    }
    if (!last.matches("\\d{1,18}")) {
      throw Refusal.invalid(
          "invalid_last_event_id",
          "Last-Event-ID must be the id of an event of this stream.",
          "Last-Event-ID");
    }
    return Long.parseLong(last);
  }

  /**
   * A stream for one of the tenant's clients.
   *
   * @throws Refusal if the tenant has as many as it may
   */
  public Multi<OutboundSseEvent> open(String tenant, Supplier<LiveSource> source) {
    int most = config.perTenant();
    EventStream stream = new EventStream(tenant, patience);
    synchronized (streams) {
      streams.removeIf(EventStream::isForsaken);
      if (streams.stream().filter(each -> each.tenant().equals(tenant)).count() >= most) {
        throw new Refusal(
            new Problem(
                429,
                "too_many_streams",
                "%d streams are open. Close one, then ask again.".formatted(most),
                null));
      }
      streams.add(stream);
    }
    return Multi.createFrom()
        .emitter(
            client -> {
              stream.start(source.get(), client, () -> streams.remove(stream));
              if (ended) {
                stream.end();
              }
            });
  }
}
