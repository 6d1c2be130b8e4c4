package io.tunemesh.trainer.job;

import io.quarkus.runtime.Startup;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The base models that may be tuned: an allow-list of ids with their folders. A service whose
 * default is not on it does not start.
 */
@Startup
@ApplicationScoped
public class BaseModels {

  private final Map<String, Path> folders = new TreeMap<>();
  private final String defaultModel;

  public BaseModels(Settings settings) {
    folders.putAll(settings.models());
    for (String pair : settings.baseModels().orElse(List.of())) {
      int cut = pair.indexOf('=');
      if (cut < 1) {
        throw new IllegalArgumentException(
            "tunemesh.trainer.base-models has '%s'; write id=folder".formatted(pair));
      }
      folders.put(pair.substring(0, cut).strip(), Path.of(pair.substring(cut + 1).strip()));
    }
    defaultModel = settings.defaultModel();
    if (!folders.containsKey(defaultModel)) {
      throw new IllegalArgumentException(
          "tunemesh.trainer.default-model is '%s', which is not among the base models (%s); add it to TUNEMESH_TRAINER_BASE_MODELS as id=folder, or set TUNEMESH_TRAINER_DEFAULT_MODEL"
              .formatted(defaultModel, String.join(", ", folders.keySet())));
    }
  }

  /**
   * The id that {@code asked} means; null means the default.
   *
   * @throws UnknownModel if it is not allowed; names those that are
   */
  public String id(String asked) throws UnknownModel {
    String id = asked == null ? defaultModel : asked;
    if (!folders.containsKey(id)) {
      throw new UnknownModel(id, folders.keySet());
    }
    return id;
  }

  /** The ids of the models that are allowed here. */
  public Set<String> ids() {
    return folders.keySet();
  }

  /** The folder of an allowed model. */
  public Path folder(String id) throws UnknownModel {
    return folders.get(id(id)).toAbsolutePath().normalize();
  }

  /** How that model reads and writes, as far as its folder tells. */
  public BaseFamily family(String id) {
    Path folder = folders.get(id);
    return folder == null ? BaseFamily.OTHER : BaseFamily.of(folder);
  }

  /** Which base models there are. */
  @ConfigMapping(prefix = "tunemesh.trainer")
  public interface Settings {

    /** Folders by id. */
    Map<String, Path> models();

    /**
     * More of them as {@code id=folder}, for environment variables, which cannot spell every id.
     */
    Optional<List<String>> baseModels();

    /** The model of a job that names none. */
    @WithDefault("tunemesh-starter")
    String defaultModel();
  }
}
