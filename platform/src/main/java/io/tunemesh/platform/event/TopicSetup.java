package io.tunemesh.platform.event;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.tunemesh.contract.Topic;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Creates the topics of the mesh, and this service's dead-letter topics, before any channel opens.
 * Topics that exist are left as they are, but that dead letters stay for {@link #KEPT} where the
 * broker would delete them sooner and nobody has said on the topic how long. A service without its
 * topics does not start. Where an operator makes the topics, {@code tunemesh.topics.create=false}.
 */
@ApplicationScoped
class TopicSetup {

  private static final Logger LOG = Logger.getLogger(TopicSetup.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** How long a dead letter can be replayed: while the inbox still knows what had its effect. */
  private static final Duration KEPT = Duration.ofDays(28);

  /** Kafka deletes whole segments: one of a day keeps no letter for much longer than that. */
  private static final Map<String, String> DEAD_LETTERS =
      Map.of(
          TopicConfig.RETENTION_MS_CONFIG, String.valueOf(KEPT.toMillis()),
          TopicConfig.SEGMENT_MS_CONFIG, String.valueOf(Duration.ofDays(1).toMillis()));

  private final TopicConfiguration config;
  private final Map<String, Object> client;
  private final String service;

  TopicSetup(
      TopicConfiguration config,
      @Identifier("default-kafka-broker") Map<String, Object> broker,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    this.config = config;
    this.client = client(broker);
    this.service = service;
  }

  void create(@Observes @Priority(1) StartupEvent event) throws InterruptedException {
    if (config.create()) {
      make(consumed());
    }
  }

  /** Reaches the broker, and shows who one is, as the channels do. */
  static Map<String, Object> client(Map<String, Object> broker) {
    Map<String, Object> client = new HashMap<>(broker);
    client.keySet().retainAll(AdminClientConfig.configNames());
    client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 30_000);
    return client;
  }

  /** Makes the topics for a service that reads those named, as soon as the brokers can. */
  void make(Set<String> consumed) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (Admin admin = Admin.create(client)) {
      while (true) {
        try {
          make(admin, consumed);
          return;
        } catch (ExecutionException e) {
          if (!isPassing(e.getCause()) || System.nanoTime() > end) {
            throw new IllegalStateException(
                "The topics could not be made at %s (%s). Start Kafka there, or let an operator make them and set tunemesh.topics.create=false."
                    .formatted(
                        client.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG),
                        e.getCause().getMessage()),
                e.getCause());
          }
          LOG.infof("The topics cannot be made yet: %s", e.getCause().getMessage());
          Thread.sleep(PAUSE);
        }
      }
    }
  }

  /** Brokers that start, or that were silent for a while, are counted again when they answer. */
  private static boolean isPassing(Throwable cause) {
    return cause instanceof RetriableException
        || cause instanceof InvalidReplicationFactorException;
  }

  private void make(Admin admin, Set<String> consumed)
      throws ExecutionException, InterruptedException {
    var existing = admin.listTopics().names().get();
    List<NewTopic> missing = new ArrayList<>();
    List<String> deadLetters = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      if (!existing.contains(topic.topicName())) {
        missing.add(topic(topic.topicName(), config.partitions(), events(topic)));
      }
      String deadLetter = topic.deadLetterOf(service);
      if (!consumed.contains(topic.topicName())) {
        continue;
      }
      if (existing.contains(deadLetter)) {
        deadLetters.add(deadLetter);
      } else {
        missing.add(topic(deadLetter, 1, DEAD_LETTERS));
      }
    }
    for (var created : admin.createTopics(missing).values().values()) {
      try {
        created.get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
    keepLonger(admin, deadLetters);
  }

  private static Map<String, String> events(Topic topic) {
    return topic.compacted()
        ? Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)
        : Map.of();
  }

  private NewTopic topic(String name, int partitions, Map<String, String> settings) {
    return new NewTopic(name, partitions, config.replication()).configs(settings);
  }

  /** A broker that lets nobody change a topic is no reason not to start. */
  private static void keepLonger(Admin admin, List<String> deadLetters)
      throws ExecutionException, InterruptedException {
    List<ConfigResource> asked =
        deadLetters.stream().map(name -> new ConfigResource(Type.TOPIC, name)).toList();
    try {
      Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
      admin
          .describeConfigs(asked)
          .all()
          .get()
          .forEach(
              (topic, current) -> {
                if (isTooShort(current.get(TopicConfig.RETENTION_MS_CONFIG))) {
                  changes.put(topic, settings());
                }
              });
      if (!changes.isEmpty()) {
        admin.incrementalAlterConfigs(changes).all().get();
        LOG.infof("Dead letters are kept for %d days from now on", KEPT.toDays());
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof AuthorizationException
          || e.getCause() instanceof PolicyViolationException)) {
        throw e;
      }
      LOG.warnf(
          "How long dead letters are kept cannot be seen to (%s); set retention.ms=%d on %s",
          e.getCause().getMessage(), KEPT.toMillis(), deadLetters);
    }
  }

  /** What somebody has set on the topic itself is theirs. Less than 0 is for ever. */
  private static boolean isTooShort(ConfigEntry retention) {
    long kept = Long.parseLong(retention.value());
    return retention.source() != ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG
        && kept >= 0
        && kept < KEPT.toMillis();
  }

  private static List<AlterConfigOp> settings() {
    return DEAD_LETTERS.entrySet().stream()
        .map(
            setting ->
                new AlterConfigOp(
                    new ConfigEntry(setting.getKey(), setting.getValue()),
                    AlterConfigOp.OpType.SET))
        .toList();
  }

  /** The topics that this service's channels read. */
  private static Set<String> consumed() {
    Config all = ConfigProvider.getConfig();
    return StreamSupport.stream(all.getPropertyNames().spliterator(), false)
        .filter(name -> name.startsWith("mp.messaging.incoming.") && name.endsWith(".topic"))
        .filter(name -> !name.contains("dead-letter-queue"))
        .map(name -> all.getValue(name, String.class))
        .collect(Collectors.toSet());
  }
}
