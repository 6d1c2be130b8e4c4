package io.tunemesh.dataset.preview;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.augment.Step;
import io.tunemesh.dataset.build.SourceReading;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.DatasetBody;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.Task;
import io.tunemesh.dataset.token.Counting;
import io.tunemesh.dataset.token.TokenCounters;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Shows what a specification makes of its sources, before anything is built or trained. */
@Path("/v1/datasets/preview")
@Produces(MediaType.APPLICATION_JSON)
public class PreviewResource {

  private static final int DEFAULT = 5;
  private static final int MOST = 50;

  private final BlobStore blobs;
  private final Caller caller;
  private final TokenCounters counters;

  PreviewResource(BlobStore blobs, Caller caller, TokenCounters counters) {
    this.blobs = blobs;
    this.caller = caller;
    this.counters = counters;
  }

  /**
   * Reads the beginning of each source as a build would, and makes more of it where that is asked
   * for. It takes the body of {@code POST /v1/datasets}, stores nothing and asks no model.
   *
   * @param limit how many examples of each source, and how many refused rows, at most; 5 when
   *     absent
   */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public PreviewView preview(String json, @QueryParam("limit") Integer limit)
      throws InvalidPlan, IOException {
    if (limit != null && (limit < 1 || limit > MOST)) {
      throw Refusal.invalid("limit_invalid", "limit must be from 1 to " + MOST + ".", "limit");
    }
    DatasetBody body = DatasetBody.read(json);
    DatasetSpec spec = body.plan().dataset();
    Map<String, UploadParsed> files = new KnownFiles(caller.tenant(), body.run()).all(names(spec));
    List<UploadParsed> sources =
        IntStream.range(0, spec.sources().size()).mapToObj(i -> files.get(file(i))).toList();
    Readings.check(spec, sources);
    try (Cleaning cleaning = new Cleaning(spec.clean())) {
      return preview(body.plan(), Readings.of(spec, sources, cleaning), files, cleaning, limit);
    }
  }

  private PreviewView preview(
      Plan plan,
      List<SourceReading> readings,
      Map<String, UploadParsed> files,
      Cleaning cleaning,
      Integer limit)
      throws InvalidPlan, IOException {
    AugmentedTaste more = new AugmentedTaste(plan.dataset(), cleaning);
    more.prepare(readings, files, blobs);
    int most = limit == null ? DEFAULT : limit;
    List<PreviewView.SourceView> sources = new ArrayList<>();
    List<Taste> tastes = new ArrayList<>();
    List<RefusedLine> refused = new ArrayList<>();
    for (SourceReading reading : readings) {
      Taste taste = new Taste(most);
      long rowsRead = read(reading, taste);
      sources.add(PreviewView.SourceView.of(reading, rowsRead, cleaning.changing()));
      refused.addAll(taste.refused());
      more.knows(taste);
      tastes.add(taste);
    }
    List<ExampleLine> examples = new ArrayList<>();
    for (int i = 0; i < tastes.size(); i++) {
      examples.addAll(more.examples(readings.get(i), tastes.get(i), most));
    }
    String task =
        Task.of(readings.stream().map(reading -> reading.type().task()).toList())
            .orElseThrow()
            .key();
    Counting.Counted counted =
        counters.of(plan).count(examples.stream().map(ExampleLine::countable).toList());
    for (int i = 0; i < examples.size(); i++) {
      examples.set(i, examples.get(i).with(counted.counts().get(i)));
    }
    return new PreviewView(
        "dataset.preview", task, sources, examples, refused, more.steps(), counted.report());
  }

  private long read(SourceReading reading, Taste taste) throws IOException {
    try {
      return reading.read(blobs, taste);
    } catch (BlobNotFound | CorruptBlob e) {
      throw KnownFiles.lost(reading.source().file(), file(reading.position()));
    }
  }

  private static String file(int source) {
    return "sources[%d].file".formatted(source);
  }

  /** What a specification calls its sources and its lists of words, by where it does. */
  private static Map<String, String> names(DatasetSpec spec) {
    Map<String, String> names = new LinkedHashMap<>();
    for (int i = 0; i < spec.sources().size(); i++) {
      names.put(file(i), spec.sources().get(i).file());
    }
    for (Step step : Step.of(spec)) {
      if (step.wish().wordsFile() != null) {
        names.put(AugmentedTaste.field(step, "words_file"), step.wish().wordsFile());
      }
    }
    return names;
  }
}
