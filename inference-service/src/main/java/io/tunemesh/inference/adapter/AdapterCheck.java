package io.tunemesh.inference.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.engine.Copy;
import io.tunemesh.inference.engine.Engine;
import io.tunemesh.inference.engine.EngineError;
import io.tunemesh.inference.engine.EngineTimeout;
import io.tunemesh.inference.engine.EngineUnreachable;
import io.tunemesh.inference.engine.Engines;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Loads an adapter into an engine of its placement and replays its probes: an adapter is served
 * only if the engine answers each as training did, texts to the letter and numbers within their
 * tolerance.
 */
@ApplicationScoped
class AdapterCheck {

  private static final TypeReference<List<Probe>> PROBES = new TypeReference<>() {};

  private final Engines engines;
  private final Placement placement;
  private final Transfers transfers;
  private final BlobStore blobs;
  private final AdaptersConfig config;

  AdapterCheck(
      Engines engines,
      Placement placement,
      Transfers transfers,
      BlobStore blobs,
      AdaptersConfig config) {
    this.engines = engines;
    this.placement = placement;
    this.transfers = transfers;
    this.blobs = blobs;
    this.config = config;
  }

  /** Leaves the adapter loaded if its outcome is {@link Outcome.Same}. */
  Outcome run(Adapter adapter) throws InterruptedException {
    String base = adapter.baseModel();
    if (!engines.isBase(base)) {
      return new Outcome.Refused(
          "other_base_model",
          "it was trained on '%s', and the engines serve %s".formatted(base, engines.models()));
    }
    if (!engines.mayServe(base, adapter.kind())) {
      return new Outcome.Refused(
          "kind_not_served",
          "no engine of '%s' serves adapters of the method '%s'; add one that does to tunemesh.engines and have the model checked again, or train by another method"
              .formatted(base, adapter.kind()));
    }
    try {
      return inTurn(Served.of(adapter), read(adapter.probes()));
    } catch (UnusableAdapter e) {
      return new Outcome.Refused(e.code(), e.getMessage());
    } catch (IOException | UncheckedIOException e) {
      return new Outcome.Later("its files cannot be read now: " + e, false);
    }
  }

  /** Asks one engine after the other until one takes the adapter; none may say no for another. */
  private Outcome inTurn(Served adapter, List<Probe> probes)
      throws UnusableAdapter, InterruptedException {
    Outcome.Later later = null;
    SequencedMap<Engine, String> refusals = new LinkedHashMap<>();
    List<Engine> suited = placement.suited(adapter);
    List<Engine> left = new ArrayList<>(suited);
    while (!left.isEmpty()) {
      Engine engine = Placement.cheapest(left);
      left.remove(engine);
      if (!engine.isUp()) {
        later = new Outcome.Later("engine " + engine.url() + " cannot be asked now", false);
        continue;
      }
      try {
        Copy copy = transfers.load(engine, adapter, config.patience(), engine::isDown);
        if (copy != null && copy.take()) {
          Outcome outcome = checked(engine, copy, probes);
          if (outcome instanceof Outcome.Same) {
            refusals.forEach((other, why) -> other.refuses(adapter.name(), why));
          }
          return outcome;
        }
        later = new Outcome.Later("engine " + engine.url() + " has no room now", false);
      } catch (EngineError e) {
        if (Loads.isTheAdapters(e)) {
          refusals.put(engine, e.getMessage());
        } else {
          boolean fault = !Loads.NOT_THE_ADAPTERS.contains(e.status());
          later = new Outcome.Later("the engine refuses it: " + e.getMessage(), fault);
        }
      } catch (EngineUnreachable | EngineTimeout e) {
        later = new Outcome.Later(e.getMessage(), false);
      }
    }
    return later == null && !refusals.isEmpty()
        ? new Outcome.Refused(
            "engine_refused", "the engine refuses it: " + refusals.lastEntry().getValue())
        : later == null ? new Outcome.Later("there is no engine for it now", false) : later;
  }

  private Outcome checked(Engine engine, Copy copy, List<Probe> probes) {
    Outcome outcome;
    try {
      outcome = replay(engine, copy.name(), probes);
    } finally {
      copy.leave();
    }
    if (outcome instanceof Outcome.Refused) {
      transfers.unload(engine, copy.name());
    }
    return outcome;
  }

  private Outcome replay(Engine engine, String model, List<Probe> probes) {
    for (int number = 1; number <= probes.size(); number++) {
      Probe probe = probes.get(number - 1);
      Optional<String> difference = probe.difference(answer(engine, model, probe));
      if (difference.isPresent()) {
        return new Outcome.Refused(
            "answers_differ",
            "probe %d of %d is answered differently than in training: %s; check that the engine serves the same base model"
                .formatted(number, probes.size(), difference.get()));
      }
    }
    return new Outcome.Same(probes.size());
  }

  private ObjectNode answer(Engine engine, String model, Probe probe) {
    byte[] question =
        probe.question().put("model", model).toString().getBytes(StandardCharsets.UTF_8);
    return engine.calls().answer(probe.path(), question, config.probeTimeout());
  }

  private List<Probe> read(BlobRef ref) throws IOException, UnusableAdapter {
    if (ref == null) {
      return List.of();
    }
    try (InputStream in = blobs.open(ref)) {
      List<Probe> probes = Json.MAPPER.readValue(in.readAllBytes(), PROBES);
      if (probes.stream().anyMatch(p -> p == null || !p.isWhole())) {
        throw new UnusableAdapter("probes_invalid", "a probe has no question or no answer");
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
}
