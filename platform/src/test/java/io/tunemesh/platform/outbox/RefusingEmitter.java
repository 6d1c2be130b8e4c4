package io.tunemesh.platform.outbox;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import java.util.Collection;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.microprofile.reactive.messaging.Message;

/** A Kafka that takes its time, and refuses the events of one key. */
final class RefusingEmitter implements MutinyEmitter<byte[]> {

  private final String refused;
  private final Queue<String> keys = new ConcurrentLinkedQueue<>();
  private final Queue<String> crowded = new ConcurrentLinkedQueue<>();
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  RefusingEmitter(String refused) {
    this.refused = refused;
  }

  /** Of the events that were to be sent. */
  Collection<String> keys() {
    return keys;
  }

  /** Of those that came before the one before them had been taken. */
  Collection<String> crowded() {
    return crowded;
  }

  @Override
  public <M extends Message<? extends byte[]>> Uni<Void> sendMessage(M message) {
    String key =
        (String) message.getMetadata(OutgoingKafkaRecordMetadata.class).orElseThrow().getKey();
    return Uni.createFrom()
        .<Void>emitter(
            sent -> {
              keys.add(key);
              if (!underWay.add(key)) {
                crowded.add(key);
              }
              Thread.ofVirtual().start(() -> end(key, sent));
            });
  }

  private void end(String key, io.smallrye.mutiny.subscription.UniEmitter<? super Void> sent) {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    underWay.remove(key);
    if (key.equals(refused)) {
      sent.fail(new IllegalStateException("no"));
    } else {
      sent.complete(null);
    }
  }

  @Override
  public Uni<Void> send(byte[] payload) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sendAndAwait(byte[] payload) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Cancellable sendAndForget(byte[] payload) {
    throw new UnsupportedOperationException();
  }

  @Override
  @SuppressWarnings("deprecation")
  public <M extends Message<? extends byte[]>> void send(M message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <M extends Message<? extends byte[]>> void sendMessageAndAwait(M message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <M extends Message<? extends byte[]>> Cancellable sendMessageAndForget(M message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void complete() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void error(Exception cause) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public boolean hasRequests() {
    return true;
  }
}
