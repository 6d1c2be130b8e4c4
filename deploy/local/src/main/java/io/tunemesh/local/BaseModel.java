package io.tunemesh.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The model that the mesh tunes and serves: the starter model, or a folder of the user's that stays
 * chosen until another is.
 */
record BaseModel(String id, Path folder) {

  static BaseModel chosen(Home home) throws IOException {
    Path choice = home.data("model").resolve("folder");
    return Files.exists(choice)
        ? of(Path.of(Files.readString(choice).strip()))
        : new BaseModel(
            "tunemesh-starter", home.project().resolve("trainer-service/starter/model"));
  }

  /** Chooses {@code folder} from now on. */
  static BaseModel choose(Home home, Path folder) throws IOException {
    BaseModel model = of(folder.toAbsolutePath().normalize());
    Files.writeString(home.data("model").resolve("folder"), model.folder.toString());
    return model;
  }

  private static BaseModel of(Path folder) {
    if (!Files.exists(folder.resolve("config.json"))) {
      throw new Fault(
          folder
              + " is no model: a folder with config.json, *.safetensors and a tokenizer is wanted,"
              + " as Hugging Face's save_pretrained writes it.");
    }
    return new BaseModel(folder.getFileName().toString(), folder);
  }
}
