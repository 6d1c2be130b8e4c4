package io.tunemesh.inference.shadow;

import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/** The newest comparisons of each alias. */
@ApplicationScoped
class ShadowAnswers {

  private final ShadowConfig config;

  ShadowAnswers(ShadowConfig config) {
    this.config = config;
  }

  /** Keeps the comparison, and forgets those that are too many. */
  @Transactional
  void add(ShadowAnswer answer) {
    answer.persistAndFlush();
    ShadowAnswer.getEntityManager()
        .createNativeQuery(
            "DELETE FROM shadow_answer WHERE alias_id = :alias AND seq <= (SELECT seq FROM shadow_answer"
                + " WHERE alias_id = :alias ORDER BY seq DESC OFFSET :keep LIMIT 1)")
        .setParameter("alias", answer.aliasId())
        .setParameter("keep", config.keep())
        .executeUpdate();
  }

  /** The newest first. */
  @Transactional
  List<Compared> of(String aliasId) {
    return ShadowAnswer.<ShadowAnswer>list("aliasId", Sort.descending("seq"), aliasId).stream()
        .map(ShadowAnswer::compared)
        .toList();
  }
}
