package io.tunemesh.dataset.preview;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.dataset.source.KnownUpload;
import io.tunemesh.platform.http.Problem;
import io.tunemesh.platform.http.Refusal;

/**
 * The uploads that a specification may name, each read by now or refused with what to do.
 *
 * @param run may be null; then uploads are named by their ids alone
 */
record KnownFiles(String tenant, String run) {

  /**
   * The upload of that id, or of that name in the run.
   *
   * @param field where the specification names it
   */
  UploadParsed named(String name, String field) {
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
