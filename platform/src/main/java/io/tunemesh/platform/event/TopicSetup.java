package io.tunemesh.platform.event;

import io.quarkus.runtime.StartupEvent;
import io.tunemesh.contract.Topic;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Creates the topics of the mesh, and this service's dead-letter topics, before any channel opens.
 * Topics that exist are left as they are. A service without its topics does not start. Where an
 * operator makes the topics, {@code tunemesh.topics.create=false}.
 */
@ApplicationScoped
class TopicSetup {

  private static final Logger LOG = Logger.getLogger(TopicSetup.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final TopicConfiguration config;
  private final String bootstrap;
  private final String service;

  TopicSetup(
      TopicConfiguration config,
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrap,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    this.config = config;
    this.bootstrap = bootstrap;
    this.service = service;
  }

  void create(@Observes @Priority(1) StartupEvent event) throws InterruptedException {
    if (!config.create()) {
      return;
    }
    Map<String, Object> client =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            30_000);
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (Admin admin = Admin.create(client)) {
      while (true) {
        try {
          make(admin, consumed());
          return;
        } catch (ExecutionException e) {
          if (!isPassing(e.getCause()) || System.nanoTime() > end) {
            throw new IllegalStateException(
                "The topics could not be made at %s (%s). Start Kafka there, or let an operator make them and set tunemesh.topics.create=false."
                    .formatted(bootstrap, e.getCause().getMessage()),
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
    for (Topic topic : Topic.values()) {
      add(missing, existing, topic.topicName(), config.partitions(), topic.compacted());
      if (consumed.contains(topic.topicName())) {
        add(missing, existing, topic.deadLetterOf(service), 1, false);
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
  }

  private void add(
      List<NewTopic> missing,
      Set<String> existing,
      String name,
      int partitions,
      boolean compacted) {
    if (existing.contains(name)) {
      return;
    }
    NewTopic topic = new NewTopic(name, partitions, config.replication());
    if (compacted) {
      topic.configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    }
    missing.add(topic);
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
