package io.tunemesh.parts;

import io.smallrye.reactive.messaging.kafka.companion.test.EmbeddedKafkaBroker;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * Apache Kafka, one node in KRaft mode, in this process, on loopback. What was acknowledged
 * survives a kill.
 */
public final class Broker implements Closeable {

  private static final String CLUSTER = "dHVuZW1lc2gtbG9jYWwtMQ";

  private final KafkaRaftServer server;
  private final int port;

  private Broker(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /** Starts a broker whose data lie in {@code folder}, which may hold those of an earlier run. */
  public static Broker start(Path folder, int port, int controllerPort) throws IOException {
    Endpoint clients = endpoint("PLAINTEXT", port);
    Endpoint internal = endpoint("BROKER", Ports.free());
    Endpoint controller = endpoint("CONTROLLER", controllerPort);
    Properties config =
        EmbeddedKafkaBroker.createDefaultBrokerConfig(1, controller, internal, List.of(clients));
    config.setProperty("log.dirs", Files.createDirectories(folder).toString());
    config.setProperty("auto.create.topics.enable", "false");
    config.setProperty("offsets.topic.num.partitions", "4");
    config.setProperty("offsets.topic.replication.factor", "1");
    config.setProperty("transaction.state.log.num.partitions", "2");
    config.setProperty("group.initial.rebalance.delay.ms", "0");
    config.setProperty("group.min.session.timeout.ms", "1000");
    config.setProperty("broker.heartbeat.interval.ms", "500");
    config.setProperty("broker.session.timeout.ms", "4000");
    KafkaRaftServer server =
        EmbeddedKafkaBroker.createServer(
            EmbeddedKafkaBroker.formatStorageFromConfig(config, CLUSTER, true));
    server.startup();
    return new Broker(server, port);
  }

  /** Where clients connect. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Waits until the broker has ended. */
  public void await() {
    server.awaitShutdown();
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static Endpoint endpoint(String name, int port) {
    return new Endpoint(name, SecurityProtocol.PLAINTEXT, "127.0.0.1", port);
  }
}
