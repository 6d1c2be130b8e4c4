package io.tunemesh.platform.live;

import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.jaxrs.OutboundSseEventImpl;

/** One open stream, which a thread of its own fills. */
final class EventStream {

  private static final Logger LOG = Logger.getLogger(EventStream.class);

  /**
   * @param silence after which a sign of life is sent
   * @param take how long a client may be about taking an event
   * @param begin how long it may be about its first
   */
  record Patience(Duration silence, Duration take, Duration begin) {

    static final Patience USUAL =
        new Patience(Duration.ofSeconds(15), Duration.ofMinutes(1), Duration.ofMinutes(1));
  }

  private final String tenant;
  private final Patience patience;
  private final long madeAt = System.nanoTime();
  private final Semaphore asked = new Semaphore(0);
  private volatile LiveSource source;
  private volatile MultiEmitter<? super OutboundSseEvent> client;
  private volatile boolean ended;

  EventStream(String tenant, Patience patience) {
    this.tenant = tenant;
    this.patience = patience;
  }

  String tenant() {
    return tenant;
  }

  /** Whether its client went away before the first event could be sent. */
  boolean isForsaken() {
    return source == null && System.nanoTime() - madeAt > patience.begin().toNanos();
  }

  /** Fills the stream on a thread of its own, which runs {@code afterwards} when it is over. */
  void start(LiveSource from, MultiEmitter<? super OutboundSseEvent> to, Runnable afterwards) {
    source = from;
    client = to;
    client.onRequest(more -> asked.release());
    client.onCancellation(this::end);
    Thread.ofVirtual().name("event-stream").start(() -> run(from, afterwards));
  }

  /** Ends the stream soon; its client may resume it elsewhere. */
  void end() {
    ended = true;
    asked.release();
    LiveSource filling = source;
    if (filling != null) {
      filling.wake();
    }
  }

  private void run(LiveSource from, Runnable afterwards) {
    try (from) {
      fill();
    } catch (InterruptedException e) {
      LOG.debug("A stream ends early");
    } catch (RuntimeException e) {
      LOG.warnf("A stream breaks off and may be resumed: %s", e.toString());
    } finally {
      afterwards.run();
      client.complete();
    }
  }

  private void fill() throws InterruptedException {
    send(nothing());
    long sentAt = System.nanoTime();
    while (!ended && !source.isOver()) {
      for (LiveEvent event : source.next()) {
        send(of(event));
        sentAt = System.nanoTime();
      }
      if (System.nanoTime() - sentAt > patience.silence().toNanos()) {
        send(nothing());
        sentAt = System.nanoTime();
      }
    }
  }

  /** Waits until the client has taken what was sent before, so that a slow one fills no memory. */
  private void send(OutboundSseEvent event) throws InterruptedException {
    while (client.requested() == 0 && !ended) {
      if (!asked.tryAcquire(patience.take().toNanos(), TimeUnit.NANOSECONDS)) {
        end();
      }
    }
    if (!ended) {
      client.emit(event);
    }
  }

  /** A comment, which shows that the stream is open. */
  private static OutboundSseEvent nothing() {
    return new OutboundSseEventImpl.BuilderImpl().comment("").build();
  }

  private static OutboundSseEvent of(LiveEvent event) {
    var builder = new OutboundSseEventImpl.BuilderImpl().name(event.name()).data(event.data());
    return event.id() == null ? builder.build() : builder.id(event.id()).build();
  }
}
