package io.tunemesh.trainer.testing;

import io.tunemesh.trainer.job.BaseModels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings of a service that has one base model. */
public record OneModel(String defaultModel, Path folder) implements BaseModels.Settings {

  @Override
  public Map<String, Path> models() {
    return Map.of(defaultModel, folder);
  }

  @Override
  public Optional<List<String>> baseModels() {
    return Optional.empty();
  }
}
