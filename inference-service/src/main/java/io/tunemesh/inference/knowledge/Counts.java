package io.tunemesh.inference.knowledge;

import io.quarkus.hibernate.orm.panache.Panache;
import java.util.EnumMap;
import java.util.Map;

/** How many files are in which state. */
record Counts(long inProgress, long completed, long failed, long cancelled, long total) {

  /**
   * Those of the files that fit, in a transaction.
   *
   * @param where a condition of the program's
   */
  static Counts of(String where, Object... values) {
    var query =
        Panache.getEntityManager()
            .createQuery(
                "select status, count(*) from StoreFile where " + where + " group by status",
                Object[].class);
    for (int i = 0; i < values.length; i++) {
      query.setParameter(i + 1, values[i]);
    }
    Map<StoreFile.Status, Long> counts = new EnumMap<>(StoreFile.Status.class);
    query.getResultList().forEach(row -> counts.put((StoreFile.Status) row[0], (Long) row[1]));
    return new Counts(
        counts.getOrDefault(StoreFile.Status.IN_PROGRESS, 0L),
        counts.getOrDefault(StoreFile.Status.COMPLETED, 0L),
        counts.getOrDefault(StoreFile.Status.FAILED, 0L),
        counts.getOrDefault(StoreFile.Status.CANCELLED, 0L),
        counts.values().stream().mapToLong(Long::longValue).sum());
  }

  /** The same of so many files; those that are missing were taken away since. */
  Counts outOf(long all) {
    return new Counts(inProgress, completed, failed, cancelled + all - total, all);
  }
}
