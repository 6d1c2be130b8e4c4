package io.tunemesh.inference.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.engine.EngineTimeout;
import io.tunemesh.inference.engine.EngineUnreachable;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;

/**
 * Loads an adapter into the engine and replays its probes: an adapter is served only if the engine
 * answers each, to the letter, as training did.
 */
@ApplicationScoped
class AdapterCheck {

  private static final TypeReference<List<Probe>> PROBES = new TypeReference<>() {};

  /** Answers that tell of the engine's setup or load, not of the adapter. */
  private static final Set<Integer> NOT_THE_ADAPTERS = Set.of(401, 403, 404, 405, 408, 429, 503);

  private final Engine engine;
  private final EngineConfig config;
  private final AdapterFolders folders;
  private final BlobStore blobs;

  AdapterCheck(Engine engine, EngineConfig config, AdapterFolders folders, BlobStore blobs) {
    this.engine = engine;
    this.config = config;
    this.folders = folders;
    this.blobs = blobs;
  }

  /** Leaves the adapter loaded if its outcome is {@link Outcome.Same}. */
  Outcome run(Adapter adapter) {
    try {
      if (!adapter.baseModel().equals(config.model())) {
        return new Outcome.Refused(
            "other_base_model",
            "it was trained on '%s', and the engine serves '%s'"
                .formatted(adapter.baseModel(), config.model()));
      }
      List<Probe> probes = read(adapter.probes());
      loadAnew(adapter);
      Outcome outcome = replay(adapter.model(), probes);
      if (outcome instanceof Outcome.Refused) {
        engine.unload(adapter.model());
      }
      return outcome;
    } catch (UnusableAdapter e) {
      return new Outcome.Refused(e.code(), e.getMessage());
    } catch (EngineError e) {
      return ofError(e);
    } catch (EngineUnreachable | EngineTimeout e) {
      return new Outcome.Later(e.getMessage(), false);
    } catch (IOException e) {
      return new Outcome.Later("its files cannot be read now: " + e, false);
    }
  }

  private void loadAnew(Adapter adapter) throws IOException, UnusableAdapter {
    var folder = folders.of(adapter.files());
    try {
      engine.load(adapter.model(), folder);
    } catch (EngineError e) {
      if (e.status() != 400 || !engine.models().contains(adapter.model())) {
        throw e;
      }
      // Left over from a check that did not come to its end.
      engine.unload(adapter.model());
      engine.load(adapter.model(), folder);
    }
  }

  private Outcome replay(String model, List<Probe> probes) {
    for (int number = 1; number <= probes.size(); number++) {
      Probe probe = probes.get(number - 1);
      String answer = answer(model, probe);
      if (!answer.equals(probe.expected())) {
        return new Outcome.Refused(
            "answers_differ",
            "probe %d of %d is answered differently than in training: %s; check that the engine serves the same base model"
                .formatted(number, probes.size(), probe.difference(answer)));
      }
    }
    return new Outcome.Same(probes.size());
  }

  private String answer(String model, Probe probe) {
    ObjectNode request = Json.MAPPER.createObjectNode();
    request.put("model", model).set("messages", probe.messages());
    request.put("max_tokens", probe.maxTokens()).put("temperature", 0);
    return engine.chat(request).path("choices").path(0).path("message").path("content").asText();
  }

  private List<Probe> read(BlobRef ref) throws IOException, UnusableAdapter {
    if (ref == null) {
      return List.of();
    }
    try (InputStream in = blobs.open(ref)) {
      List<Probe> probes = Json.MAPPER.readValue(in.readAllBytes(), PROBES);
      if (probes.stream().anyMatch(p -> p.messages() == null || p.expected() == null)) {
        throw new UnusableAdapter("probes_invalid", "a probe has no messages or no answer");
      }
      return probes;
    } catch (JsonProcessingException e) {
      throw new UnusableAdapter(
          "probes_invalid", "the probes cannot be read: " + e.getOriginalMessage());
    } catch (BlobNotFound e) {
      throw new UnusableAdapter("artifact_missing", e.getMessage() + "; train again");
    } catch (CorruptBlob e) {
      throw new UnusableAdapter("artifact_corrupt", e.getMessage() + "; train again");
    }
  }

  private static Outcome ofError(EngineError e) {
    String reason = "the engine refuses it: " + e.getMessage();
    if (NOT_THE_ADAPTERS.contains(e.status())) {
      return new Outcome.Later(reason, false);
    }
    return e.status() >= 500
        ? new Outcome.Later(reason, true)
        : new Outcome.Refused("engine_refused", reason);
  }
}
