package io.tunemesh.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The model that the mesh tunes and serves: the starter model, or a folder of the user's that stays
 * chosen until another is.
 */
public record BaseModel(String id, Path folder) {

  /** How a user names the starter model. A folder of that name is {@code ./starter}. */
  public static final String STARTER = "starter";

  static BaseModel chosen(Home home) throws IOException {
    Path choice = choice(home);
    return named(home, Files.exists(choice) ? Files.readString(choice).strip() : STARTER);
  }

  /** Chooses {@code name} from now on: a folder, or {@link #STARTER}. */
  static BaseModel choose(Home home, String name) throws IOException {
    BaseModel model = named(home, name);
    if (name.equals(STARTER)) {
      Files.deleteIfExists(choice(home));
    } else {
      Files.writeString(choice(home), model.folder.toString());
    }
    return model;
  }

  /** The model of that name, or a {@link Fault} that says what a model's folder holds. */
  public static BaseModel named(Home home, String name) {
    if (name.equals(STARTER)) {
      return new BaseModel(
          "tunemesh-starter", home.project().resolve("trainer-service/starter/model"));
    }
    Path folder = Path.of(name).toAbsolutePath().normalize();
    if (!Files.exists(folder.resolve("config.json"))) {
      throw new Fault(
          folder
              + " is no model: a folder with config.json, *.safetensors and a tokenizer is wanted,"
              + " as Hugging Face's save_pretrained writes it. Back to the starter model:"
              + " ./mesh up --base-model starter");
    }
    return new BaseModel(folder.getFileName().toString(), folder);
  }

  /**
   * How the project's own engine is started with this model.
   *
   * @param adapters where the adapters lie that it may be told to load
   */
  public List<String> engine(Home home, int port, Path adapters) {
    return List.of(
        home.python().toString(),
        "-m",
        "engine",
        "--model",
        folder.toString(),
        "--served-model-name",
        id,
        "--host",
        "127.0.0.1",
        "--port",
        String.valueOf(port),
        "--adapter-root",
        adapters.toString(),
        "--max-loras",
        "8",
        "--exit-with-parent");
  }

  /** Where {@link #engine} is to be started. */
  public static Path engineFolder(Home home) {
    return home.project().resolve("inference-service/engine");
  }

  private static Path choice(Home home) {
    return home.data("model").resolve("folder");
  }
}
