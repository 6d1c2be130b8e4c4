package io.tunemesh.dataset.token;

import com.fasterxml.jackson.core.type.TypeReference;
import io.tunemesh.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The trainer's own Python, asked what it makes of chats. */
final class Trainer {

  static final Path STARTER = Path.of("../trainer-service/starter/model");

  private Trainer() {}

  static <T> List<T> asks(Path temp, Map<String, Object> question, TypeReference<List<T>> answer)
      throws IOException, InterruptedException {
    Path in = temp.resolve("question.json");
    Path out = temp.resolve("answer.json");
    Path log = temp.resolve("python.log");
    Json.MAPPER.writeValue(in.toFile(), question);
    String python = System.getenv().getOrDefault("TUNEMESH_PYTHON", "../.mesh/venv/bin/python");
    ProcessBuilder builder = new ProcessBuilder(python, "src/test/python/trainer_tokens.py");
    builder.environment().put("HF_HUB_OFFLINE", "1");
    builder.environment().put("PYTHONPATH", "../trainer-service/runtime");
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    int code =
        builder
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException("Python ended with " + code + ": " + Files.readString(log));
    }
    return Json.MAPPER.readValue(out.toFile(), answer);
  }
}
