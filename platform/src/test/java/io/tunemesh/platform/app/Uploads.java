package io.tunemesh.platform.app;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.platform.event.EventHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** A consumer as services have them; what it took is kept in memory for the test to read. */
@ApplicationScoped
public class Uploads {

  public static final List<String> TAKEN = new CopyOnWriteArrayList<>();
  public static volatile int failNext;

  @Inject EventHandler handler;
  @Inject EntityManager database;

  @Incoming("uploads")
  @Blocking
  void on(ConsumerRecord<String, byte[]> record) {
    handler.once(
        record,
        event -> {
          if (failNext > 0) {
            failNext--;
            throw new IllegalStateException("not now");
          }
          database
              .createNativeQuery("SELECT CAST(:reason AS text)")
              .setParameter("reason", ((UploadRejected) event.data()).reason())
              .getSingleResult();
          TAKEN.add(event.data().subject() + "@" + event.tenant());
        });
  }
}
