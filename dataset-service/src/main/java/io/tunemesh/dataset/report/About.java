package io.tunemesh.dataset.report;

import io.tunemesh.contract.plan.DatasetSpec;
import java.util.List;
import java.util.Map;

/**
 * What a build knows of a dataset beside its lines.
 *
 * @param spec null where the dataset had none
 * @param piecesLeftOut as the report has them
 * @param rejected null where the dataset was built
 * @param bounded texts that cleaning did not compare with all that may be almost the same
 */
public record About(
    String task,
    String format,
    DatasetSpec spec,
    List<Source> sources,
    List<Report.TemplateUse> templates,
    Map<String, Long> piecesLeftOut,
    Report.Rejection rejected,
    long bounded) {

  /**
   * A source.
   *
   * @param examples how many its rows became
   * @param refusals its rows that are not used, by code
   * @param trainExamples those of them that are for training
   * @param trainLines after the mix; null where there is no training part
   */
  public record Source(
      String file,
      String fileId,
      String recipe,
      long rowsKept,
      long examples,
      Map<String, Long> refusals,
      long trainExamples,
      Long trainLines) {}
}
