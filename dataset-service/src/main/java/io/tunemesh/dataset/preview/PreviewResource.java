package io.tunemesh.dataset.preview;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.build.SourceReading;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.DatasetBody;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.RecipeUnclear;
import io.tunemesh.dataset.recipe.Task;
import io.tunemesh.dataset.token.Counting;
import io.tunemesh.dataset.token.TokenCounters;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import io.tunemesh.platform.template.BrokenTemplate;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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
    Cleaning cleaning = new Cleaning(spec.clean());
    KnownFiles files = new KnownFiles(caller.tenant(), body.run());
    List<SourceReading> readings = readings(spec, files, cleaning);
    AugmentedTaste more = new AugmentedTaste(spec, cleaning);
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
    String task = task(readings);
    Counting.Counted counted =
        counters.of(body.plan()).count(examples.stream().map(ExampleLine::countable).toList());
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

  private static List<SourceReading> readings(DatasetSpec spec, KnownFiles known, Cleaning cleaning)
      throws InvalidPlan {
    List<UploadParsed> files = new ArrayList<>();
    for (int i = 0; i < spec.sources().size(); i++) {
      files.add(known.named(spec.sources().get(i).file(), file(i)));
    }
    List<SourceReading> readings = new ArrayList<>();
    List<Mistake> mistakes = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      String at = "sources[%d].".formatted(i);
      try {
        readings.add(new SourceReading(i, spec, files.get(i), cleaning));
      } catch (ColumnsMissing e) {
        mistakes.add(new Mistake(at + e.field(), e.getMessage()));
      } catch (RecipeUnclear e) {
        mistakes.add(new Mistake(at + e.field(), e.getMessage()));
      } catch (BrokenTemplate e) {
        mistakes.add(new Mistake(at + "template", e.getMessage()));
      }
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidPlan(mistakes);
    }
    return readings;
  }

  private static String task(List<SourceReading> readings) throws InvalidPlan {
    return Task.of(readings.stream().map(reading -> reading.type().task()).toList())
        .map(Task::key)
        .orElseThrow(
            () ->
                new InvalidPlan(
                    List.of(
                        new Mistake(
                            "sources",
                            "mix plain text, which is for pre-training, with instructions; make a"
                                + " dataset of each"))));
  }
}
