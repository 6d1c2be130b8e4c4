package io.tunemesh.platform.db;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Connections beside the pool's, for sessions that listen or hold a lock as long as they live. */
@ApplicationScoped
public class OwnConnection {

  @ConfigProperty(name = "quarkus.datasource.jdbc.url")
  String url;

  @ConfigProperty(name = "quarkus.datasource.username")
  Optional<String> username;

  @ConfigProperty(name = "quarkus.datasource.password")
  Optional<String> password;

  @ConfigProperty(name = "tunemesh.schema")
  String schema;

  /** The schema of this service. */
  public String schema() {
    return schema;
  }

  /** A new connection in the service's schema, to be closed by the caller. */
  public Connection open(String name) throws SQLException {
    Properties properties = new Properties();
    username.ifPresent(user -> properties.setProperty("user", user));
    password.ifPresent(word -> properties.setProperty("password", word));
    properties.setProperty("currentSchema", schema);
    properties.setProperty("ApplicationName", name);
    properties.setProperty("tcpKeepAlive", "true");
    return DriverManager.getConnection(url, properties);
  }
}
