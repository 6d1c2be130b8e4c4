package io.tunemesh.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The model that the mesh tunes and serves: the starter model, or a folder of the user's that stays
 * chosen until another is.
 */
record BaseModel(String id, Path folder) {

  /** How a user names the starter model. A folder of that name is {@code ./starter}. */
  static final String STARTER = "starter";

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
  static BaseModel named(Home home, String name) {
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

  private static Path choice(Home home) {
    return home.data("model").resolve("folder");
  }
}
