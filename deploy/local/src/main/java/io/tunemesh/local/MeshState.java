package io.tunemesh.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;

/**
 * What runs, as {@code mesh status --json} prints it. The supervisor alone writes it, whole, after
 * each change.
 *
 * @param pid of the supervisor
 * @param started when it began, in milliseconds
 * @param url of the edge: the one address for clients
 * @param key the bearer key made at the first start
 * @param kafka bootstrap servers
 * @param database JDBC URL
 * @param baseModel id of the model that is tuned and served
 */
public record MeshState(
    long pid,
    long started,
    String url,
    String key,
    String kafka,
    String database,
    String baseModel,
    Map<String, PartState> services) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * One process.
   *
   * @param state {@code starting}, {@code ready}, {@code restarting}, {@code dev} or {@code
   *     stopped}
   * @param started when the process began, in milliseconds; tells it from a later one with the same
   *     pid
   */
  public record PartState(String state, Long pid, Long started, String url, int restarts) {

    /** Whether it can work, or is run by its developer. */
    boolean ready() {
      return state.equals("ready") || state.equals("dev");
    }
  }

  /** The state last written, if there is one that can be read. */
  public static Optional<MeshState> read(Home home) {
    Path file = home.run("state.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), MeshState.class));
    } catch (JsonProcessingException e) {
      System.err.println("passed over, since it is no state of a mesh: " + file);
      return Optional.empty();
    } catch (IOException e) {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      throw new UncheckedIOException("unreadable: " + file, e);
    }
  }

  /** Writes this state; a reader sees the old one or this, never a part. */
  public void write(Home home) {
    Path file = home.run("state.json");
    Path aside = home.run("state.json.new");
    try {
      Files.deleteIfExists(aside);
      Files.createFile(
          aside,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(aside, json());
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** This state as JSON. */
  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The supervisor that wrote this, if it lives; a later process with its pid is not it. */
  public Optional<ProcessHandle> supervisor() {
    return Orphans.live(pid, started);
  }

  /** Whether the supervisor that wrote this lives. */
  public boolean alive() {
    return supervisor().isPresent();
  }

  /** Whether every part is ready, or run by its developer. */
  public boolean ready() {
    return !services.isEmpty() && services.values().stream().allMatch(PartState::ready);
  }
}
