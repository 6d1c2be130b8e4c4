package io.tunemesh.dataset.token;

import io.smallrye.config.ConfigMapping;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.TrainingSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The base models that this service can count with. A model whose files are not here, or cannot be
 * read, only means that there are no counts.
 */
@ApplicationScoped
public class TokenCounters {

  private static final List<String> FILES =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "chat_template.jinja",
          "config.json",
          "generation_config.json");

  private final Map<String, Path> folders = new TreeMap<>();
  private final String defaultModel;
  private final Map<String, Loaded> loaded = new HashMap<>();

  TokenCounters(Settings settings) {
    for (String pair : settings.baseModels().orElse(List.of())) {
      int cut = pair.indexOf('=');
      if (cut < 1) {
        throw new IllegalArgumentException(
            "tunemesh.dataset.base-models has '%s'; write id=folder".formatted(pair));
      }
      folders.put(pair.substring(0, cut).strip(), Path.of(pair.substring(cut + 1).strip()));
    }
    defaultModel = settings.defaultModel().orElse(null);
  }

  /**
   * What counts a plan's examples: with the model that it trains, or that its dataset names, or the
   * service's default.
   */
  public Counting of(Plan plan) {
    TrainingSpec training = plan.training() == null ? TrainingSpec.DEFAULTS : plan.training();
    String id = model(plan, training);
    if (id == null) {
      return Counting.NONE;
    }
    if (!folders.containsKey(id)) {
      return new Counting.Absent(
          "the base model '%s' is not among those whose files this service has%s"
              .formatted(id, folders.isEmpty() ? "" : ": " + String.join(", ", folders.keySet())));
    }
    int cutoff = training.cutoffLen() == null ? TrainingSpec.CUTOFF_LEN : training.cutoffLen();
    try {
      return new Counting.ByModel(id, loaded(id), cutoff);
    } catch (IOException | UncheckedIOException e) {
      return new Counting.Absent(
          "the tokenizer of the base model '%s' cannot be read here: %s"
              .formatted(id, e.getMessage()));
    } catch (LinkageError e) {
      return new Counting.Absent("the tokenizers library cannot be loaded on this machine: " + e);
    }
  }

  private String model(Plan plan, TrainingSpec training) {
    if (training.model() != null) {
      return training.model();
    }
    String named = plan.dataset() == null ? null : plan.dataset().baseModel();
    return named == null ? defaultModel : named;
  }

  /** The model as its files are now. */
  private synchronized LoadedModel loaded(String id) throws IOException {
    Path folder = folders.get(id).toAbsolutePath().normalize();
    List<String> state = state(folder);
    Loaded known = loaded.get(id);
    if (known == null || !known.state().equals(state)) {
      known = new Loaded(state, LoadedModel.in(folder));
      loaded.put(id, known);
    }
    return known.model();
  }

  private static List<String> state(Path folder) throws IOException {
    List<String> state = new ArrayList<>();
    for (String name : FILES) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        state.add(name + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
      }
    }
    return state;
  }

  private record Loaded(List<String> state, LoadedModel model) {}

  /** Where the files of base models are. */
  @ConfigMapping(prefix = "tunemesh.dataset")
  public interface Settings {

    /** Folders as {@code id=folder}, as the trainer has them. */
    Optional<List<String>> baseModels();

    /** The model of a plan that names none; nothing is counted for it when absent. */
    Optional<String> defaultModel();
  }
}
