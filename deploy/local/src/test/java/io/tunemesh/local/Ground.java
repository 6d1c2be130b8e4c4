package io.tunemesh.local;

import io.tunemesh.parts.Broker;
import io.tunemesh.parts.Database;
import io.tunemesh.parts.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A broker and a database for services that a test starts, each in a process of its own. */
final class Ground implements AutoCloseable {

  private final Home home;
  private final Parts parts;
  private final String key;
  private final Broker broker;
  private final Database database;
  private final List<Replica> replicas = new ArrayList<>();

  private Ground(Home home, Parts parts, String key, Broker broker, Database database) {
    this.home = home;
    this.parts = parts;
    this.broker = broker;
    this.database = database;
    this.key = key;
  }

  /** Starts both, with their data and all logs in {@code folder}. */
  static Ground start(Path folder) throws IOException {
    Home home = new Home(Path.of("../..").toAbsolutePath().normalize(), folder);
    Parts parts = new Parts(home, BaseModel.named(home, BaseModel.STARTER));
    String key = Keys.firstKey(home);
    int kafka = URI.create("kafka://" + parts.kafkaServers()).getPort();
    Broker broker = Broker.start(home.data("kafka"), kafka, Ports.free());
    try {
      int postgres = URI.create(parts.databaseUrl().substring("jdbc:".length())).getPort();
      Database database = Database.start(home.data("postgres"), home.postgres(), postgres, false);
      return new Ground(home, parts, key, broker, database);
    } catch (IOException | RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /** Where data and logs lie. */
  Home home() {
    return home;
  }

  /** The bearer key that services take. */
  String key() {
    return key;
  }

  String kafkaServers() {
    return parts.kafkaServers();
  }

  String databaseUrl() {
    return parts.databaseUrl();
  }

  /**
   * Starts a service on a free port, with {@code settings} besides those that every mesh gives; it
   * may not listen yet.
   *
   * @param name of the replica: its log's, to which a later one of that name adds
   */
  Replica replica(String service, String name, Map<String, String> settings) throws IOException {
    Map<String, String> all = new HashMap<>(parts.environment(service));
    all.put("QUARKUS_HTTP_PORT", "0");
    all.putAll(settings);
    Replica replica = Replica.begin(home, service, home.log(name), all);
    replicas.add(replica);
    return replica;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    try (Broker first = broker;
        Database second = database) {
      for (Replica replica : replicas) {
        replica.close();
      }
    }
  }
}
