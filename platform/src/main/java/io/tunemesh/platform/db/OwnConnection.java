package io.tunemesh.platform.db;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * Connections beside the pool's, with its settings, for sessions that listen or hold a lock as long
 * as they live.
 */
@ApplicationScoped
public class OwnConnection implements FlywayConfigurationCustomizer {

  @ConfigProperty(name = "quarkus.datasource.jdbc.url")
  String url;

  @ConfigProperty(name = "quarkus.datasource.username")
  Optional<String> username;

  @ConfigProperty(name = "quarkus.datasource.password")
  Optional<String> password;

  @ConfigProperty(name = "tunemesh.schema")
  String schema;

  @ConfigProperty(name = "quarkus.datasource.jdbc.additional-jdbc-properties")
  Map<String, String> settings;

  /** The schema of this service. */
  public String schema() {
    return schema;
  }

  /** A new connection in the service's schema, to be closed by the caller. */
  public Connection open(String name) throws SQLException {
    Properties properties = new Properties();
    username.ifPresent(user -> properties.setProperty("user", user));
    password.ifPresent(word -> properties.setProperty("password", word));
    properties.putAll(settings);
    properties.setProperty("ApplicationName", name);
    return DriverManager.getConnection(url, properties);
  }

  /** Migrations wait for as long as the database takes, which for a large table may be minutes. */
  @Override
  public void customize(FluentConfiguration migrations) {
    Map<String, String> patient = new HashMap<>(settings);
    patient.remove("socketTimeout");
    migrations
        .jdbcProperties(patient)
        .dataSource(url, username.orElse(null), password.orElse(null));
  }
}
