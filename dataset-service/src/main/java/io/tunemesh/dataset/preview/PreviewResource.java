package io.tunemesh.dataset.preview;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.upload.UploadEvent;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.dataset.build.SourceReading;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.DatasetBody;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.RecipeUnclear;
import io.tunemesh.dataset.recipe.Task;
import io.tunemesh.dataset.source.KnownUpload;
import io.tunemesh.dataset.token.Counting;
import io.tunemesh.dataset.token.TokenCounters;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.http.Problem;
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
import java.util.Optional;

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
   * Reads the beginning of each source as a build would. It takes the body of {@code POST
   * /v1/datasets}, and stores nothing.
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
    List<SourceReading> readings = readings(spec, files(spec, body.run()), cleaning);
    List<PreviewView.SourceView> sources = new ArrayList<>();
    List<ExampleLine> examples = new ArrayList<>();
    List<RefusedLine> refused = new ArrayList<>();
    for (SourceReading reading : readings) {
      Taste taste = new Taste(limit == null ? DEFAULT : limit);
      long rowsRead = reading.read(blobs, taste);
      sources.add(PreviewView.SourceView.of(reading, rowsRead, cleaning.changing()));
      examples.addAll(taste.examples());
      refused.addAll(taste.refused());
    }
    String task = task(readings);
    Counting.Counted counted =
        counters.of(body.plan()).count(examples.stream().map(ExampleLine::countable).toList());
    for (int i = 0; i < examples.size(); i++) {
      examples.set(i, examples.get(i).with(counted.counts().get(i)));
    }
    return new PreviewView("dataset.preview", task, sources, examples, refused, counted.report());
  }

  private List<UploadParsed> files(DatasetSpec spec, String run) {
    String tenant = caller.tenant();
    List<UploadParsed> files = new ArrayList<>();
    for (int i = 0; i < spec.sources().size(); i++) {
      String name = spec.sources().get(i).file();
      Optional<UploadEvent> fact =
          QuarkusTransaction.requiringNew()
              .call(() -> KnownUpload.named(tenant, run, name).map(KnownUpload::fact));
      files.add(parsed(fact.orElse(null), name, "sources[%d].file".formatted(i)));
    }
    return files;
  }

  private static UploadParsed parsed(UploadEvent fact, String name, String field) {
    return switch (fact) {
      case null -> throw refusal(404, "source_missing", "There is no upload '%s'.", name, field);
      case UploadParsed parsed -> parsed;
      case UploadRejected rejected ->
          throw refusal(
              409,
              "source_rejected",
              "'%s' cannot be read: " + rejected.reason().replace("%", "%%"),
              name,
              field);
      default ->
          throw refusal(
              409, "source_not_parsed", "'%s' is not read yet; ask again soon.", name, field);
    };
  }

  private static Refusal refusal(
      int status, String code, String detail, String name, String field) {
    return new Refusal(new Problem(status, code, detail.formatted(name), field));
  }

  private static List<SourceReading> readings(
      DatasetSpec spec, List<UploadParsed> files, Cleaning cleaning) throws InvalidPlan {
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
