package io.tunemesh.dataset.build;

import io.agroal.api.AgroalDataSource;
import io.tunemesh.dataset.dataset.DatasetConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Hands out the datasets that are to be built, each to one worker at a time. Time is the
 * database's, so replicas need no equal clocks.
 */
@ApplicationScoped
class Leases {

  private static final String TAKE =
      """
      UPDATE dataset SET lease_owner = ?, lease_until = now() + ? * interval '1 millisecond',
                         fence = fence + 1, version = version + 1
      WHERE id = (SELECT id FROM dataset
                  WHERE status = 'BUILDING' AND (lease_until IS NULL OR lease_until < now())
                  ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id, fence
      """;
  private static final String PROLONG =
      """
      UPDATE dataset SET lease_until = now() + ? * interval '1 millisecond', version = version + 1
      WHERE id = ? AND fence = ? AND status = 'BUILDING'
      """;

  private final AgroalDataSource database;
  private final DatasetConfig config;

  Leases(AgroalDataSource database, DatasetConfig config) {
    this.database = database;
    this.config = config;
  }

  /** The dataset that has waited longest for a worker, if any has. */
  Optional<Lease> take(String owner) {
    try (var connection = database.getConnection();
        PreparedStatement take = connection.prepareStatement(TAKE)) {
      take.setString(1, owner);
      take.setLong(2, config.lease().toMillis());
      try (var row = take.executeQuery()) {
        return row.next()
            ? Optional.of(new Lease(row.getString(1), row.getLong(2), owner))
            : Optional.empty();
      }
    } catch (SQLException e) {
      throw new IllegalStateException("no dataset could be taken", e);
    }
  }

  /** Keeps the dataset for one more lease. False if it is another's by now. */
  boolean renew(Lease lease) {
    return prolong(lease, config.lease());
  }

  /** Lets the dataset be tried again, by whoever comes first, after a pause. */
  void retryIn(Lease lease, Duration pause) {
    prolong(lease, pause);
  }

  private boolean prolong(Lease lease, Duration time) {
    try (var connection = database.getConnection();
        PreparedStatement prolong = connection.prepareStatement(PROLONG)) {
      prolong.setLong(1, time.toMillis());
      prolong.setString(2, lease.datasetId());
      prolong.setLong(3, lease.fence());
      return prolong.executeUpdate() == 1;
    } catch (SQLException e) {
      throw new IllegalStateException("the lease could not be prolonged", e);
    }
  }
}
