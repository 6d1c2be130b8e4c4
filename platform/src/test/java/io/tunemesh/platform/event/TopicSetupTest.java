package io.tunemesh.platform.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tunemesh.contract.Topic;
import io.tunemesh.parts.Broker;
import io.tunemesh.parts.Ports;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicSetupTest {

  private static final TopicConfiguration ALONE = replicated(() -> 1);

  @TempDir Path folder;

  private static TopicConfiguration replicated(IntSupplier times) {
    return new TopicConfiguration() {
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
        return (short) times.getAsInt();
      }
    };
  }

  private static Map<String, Object> reached(Broker broker) {
    return Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
  }

  @Test
  void showsTheBrokerWhoOneIsAsTheChannelsDo() {
    Map<String, Object> security =
        Map.of(
            "bootstrap.servers", "kafka:9093",
            "security.protocol", "SASL_SSL",
            "sasl.mechanism", "SCRAM-SHA-512",
            "sasl.jaas.config", "org.example.Login required;",
            "ssl.truststore.location", "/certificates/broker.p12");
    Map<String, Object> all = new HashMap<>(security);
    all.put("group.id", "any");

    assertThat(TopicSetup.client(all)).containsAllEntriesOf(security).doesNotContainKey("group.id");
  }

  @Test
  void makesTheTopicsWhenThereAreEnoughBrokers() throws Exception {
    try (Broker broker = Broker.start(folder, Ports.free(), Ports.free())) {
      AtomicInteger made = new AtomicInteger();
      TopicConfiguration tooManyAtFirst =
          replicated(() -> made.incrementAndGet() > 2 * Topic.values().length ? 1 : 2);
      new TopicSetup(tooManyAtFirst, reached(broker), "any").create(null);
      assertThat(made).as("asked again").hasValueGreaterThan(2 * Topic.values().length);
      try (Admin admin = Admin.create(reached(broker))) {
        assertThat(admin.listTopics().names().get())
            .containsAll(Stream.of(Topic.values()).map(Topic::topicName).toList());
      }
    }
  }

  @Test
  void keepsDeadLettersForAsLongAsTheyCanBeReplayed() throws Exception {
    try (Broker broker = Broker.start(folder, Ports.free(), Ports.free());
        Admin admin = Admin.create(reached(broker))) {
      String fresh = Topic.values()[0].deadLetterOf("any");
      NewTopic ofBefore = new NewTopic(Topic.values()[1].deadLetterOf("any"), 1, (short) 1);
      NewTopic ofSomebody = new NewTopic(Topic.values()[2].deadLetterOf("any"), 1, (short) 1);
      ofSomebody.configs(Map.of("retention.ms", "-1"));
      admin.createTopics(List.of(ofBefore, ofSomebody)).all().get();
      Set<String> consumed =
          Stream.of(Topic.values()).limit(3).map(Topic::topicName).collect(Collectors.toSet());

      new TopicSetup(ALONE, reached(broker), "any").make(consumed);

      String days28 = String.valueOf(28L * 24 * 60 * 60 * 1000);
      // A broker tells of a change a moment after it has taken it.
      for (String deadLetters : List.of(fresh, ofBefore.name())) {
        await().untilAsserted(() -> assertThat(retention(admin, deadLetters)).isEqualTo(days28));
      }
      assertThat(retention(admin, ofSomebody.name())).isEqualTo("-1");
      assertThat(retention(admin, Topic.values()[0].topicName()))
          .as("other topics are the broker's")
          .isNotEqualTo(days28);
    }
  }

  private static String retention(Admin admin, String topic) throws Exception {
    ConfigResource asked = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(List.of(asked)).all().get().get(asked).get("retention.ms").value();
  }
}
