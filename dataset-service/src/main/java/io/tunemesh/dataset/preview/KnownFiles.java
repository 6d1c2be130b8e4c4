package io.tunemesh.dataset.preview;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.dataset.source.KnownUpload;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The uploads that a specification may name, each read by now or refused with what to do.
 *
 * @param run may be null; then uploads are named by their ids alone
 */
record KnownFiles(String tenant, String run) {

  /**
   * The uploads of those ids, or of those names in the run.
   *
   * @param names by where the specification names them, as the uploads are
   * @throws Refusal that tells all that are not there
   */
  Map<String, UploadParsed> all(Map<String, String> names) {
    Map<String, UploadParsed> files = new HashMap<>();
    List<Problem> problems = new ArrayList<>();
    names.forEach(
        (field, name) -> {
          try {
            files.put(field, named(name, field));
          } catch (Refusal e) {
            problems.add(e.problem());
          }
        });
    if (!problems.isEmpty()) {
      throw new Refusal(problems.size() == 1 ? problems.getFirst() : joined(problems));
    }
    return files;
  }

  private static Problem joined(List<Problem> problems) {
    Problem first = problems.getFirst();
    return new Problem(
        first.status(),
        first.code(),
        problems.stream().map(Problem::detail).collect(Collectors.joining(" ")),
        first.param(),
        problems.stream().map(each -> new Mistake(each.param(), each.detail())).toList());
  }

  private UploadParsed named(String name, String field) {
    Found found = QuarkusTransaction.requiringNew().call(() -> find(name));
    if (found.deleted) {
      throw lost(name, field);
    }
    return switch (found.fact) {
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

  /** The refusal of an upload whose rows are gone. */
  static Refusal lost(String name, String field) {
    return refusal(
        409,
        "source_lost",
        "'%s' was deleted, or its rows are lost; upload it again, and ask with its new id.",
        name,
        field);
  }

  private Found find(String name) {
    return KnownUpload.named(tenant, run, name)
        .map(upload -> new Found(upload.fact(), upload.isDeleted()))
        .orElse(new Found(null, false));
  }

  private static Refusal refusal(
      int status, String code, String detail, String name, String field) {
    return new Refusal(new Problem(status, code, detail.formatted(name), field));
  }

  private record Found(Object fact, boolean deleted) {}
}
