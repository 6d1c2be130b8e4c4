package io.tunemesh.platform.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How the relay reaches the database: by the same settings as the service's own pool. */
@ApplicationScoped
class RelayConfig {

  @ConfigProperty(name = "quarkus.datasource.jdbc.url")
  String url;

  @ConfigProperty(name = "quarkus.datasource.username")
  Optional<String> username;

  @ConfigProperty(name = "quarkus.datasource.password")
  Optional<String> password;

  @ConfigProperty(name = "tunemesh.schema")
  String schema;

  String url() {
    return url;
  }

  Optional<String> username() {
    return username;
  }

  Optional<String> password() {
    return password;
  }

  String schema() {
    return schema;
  }
}
