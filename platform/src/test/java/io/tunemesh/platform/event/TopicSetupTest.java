package io.tunemesh.platform.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Topic;
import io.tunemesh.parts.Broker;
import io.tunemesh.parts.Ports;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicSetupTest {

  @TempDir Path folder;

  @Test
  void makesTheTopicsWhenThereAreEnoughBrokers() throws Exception {
    try (Broker broker = Broker.start(folder, Ports.free(), Ports.free())) {
      AtomicInteger made = new AtomicInteger();
      TopicConfiguration tooManyAtFirst =
          new TopicConfiguration() {
            @Override
            public boolean create() {
              return true;
            }

            @Override
            public int partitions() {
              return 1;
            }

            @Override
            public short replication() {
              return (short) (made.incrementAndGet() > 2 * Topic.values().length ? 1 : 2);
            }
          };
      new TopicSetup(tooManyAtFirst, broker.bootstrapServers(), "any").create(null);
      assertThat(made).as("asked again").hasValueGreaterThan(2 * Topic.values().length);
      Map<String, Object> client =
          Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
      try (Admin admin = Admin.create(client)) {
        assertThat(admin.listTopics().names().get())
            .containsAll(Stream.of(Topic.values()).map(Topic::topicName).toList());
      }
    }
  }
}
