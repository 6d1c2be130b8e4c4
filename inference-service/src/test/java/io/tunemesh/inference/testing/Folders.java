package io.tunemesh.inference.testing;

import io.tunemesh.inference.engine.EngineConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Looks into the folders that the service makes for the engine. */
@ApplicationScoped
public class Folders {

  private final EngineConfig config;

  Folders(EngineConfig config) {
    this.config = config;
  }

  /** The folder with those weights; null if there is none. */
  public Path holding(String weights) throws IOException {
    try (Stream<Path> folders = Files.list(config.adapters())) {
      for (Path folder : folders.toList()) {
        Path file = folder.resolve("adapter_model.safetensors");
        if (Files.exists(file) && Files.readString(file).equals(weights)) {
          return folder;
        }
      }
      return null;
    }
  }
}
