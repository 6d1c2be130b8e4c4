package io.tunemesh.inference.shadow;

import io.quarkus.panache.common.Sort;
import io.tunemesh.inference.alias.Alias;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.util.List;

/** The newest comparisons of each alias. */
@ApplicationScoped
class ShadowAnswers {

  private final ShadowConfig config;

  ShadowAnswers(ShadowConfig config) {
    this.config = config;
  }

  /** Keeps the comparison unless its alias is deleted, and forgets those that are too many. */
  @Transactional
  void add(ShadowAnswer answer) {
    Alias alias = Alias.findById(answer.aliasId(), LockModeType.PESSIMISTIC_READ);
    if (alias == null || alias.deleted()) {
      return;
    }
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
