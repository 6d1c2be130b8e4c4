package io.tunemesh.platform.work;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Duration;

/** Renews leases by the database's clock, on any table that has the columns of {@link Lease}. */
@ApplicationScoped
public class LeaseRows {

  private final EntityManager database;

  LeaseRows(EntityManager database) {
    this.database = database;
  }

  /**
   * Makes the lease of a row of {@code table} last {@code length} from now.
   *
   * @param table a name of the program's, never of a client's
   * @throws LeaseLost if another claim was made, or the row is free
   */
  @Transactional
  public void renew(String table, Claim claim, Duration length) {
    int renewed =
        database
            .createNativeQuery(
                """
                UPDATE %s SET lease_until = now() + make_interval(secs => :seconds)
                WHERE id = :id AND fence = :fence AND lease_owner IS NOT NULL
                """
                    .formatted(table))
            .setParameter("seconds", length.toMillis() / 1000.0)
            .setParameter("id", claim.id())
            .setParameter("fence", claim.fence())
            .executeUpdate();
    if (renewed == 0) {
      throw new LeaseLost(claim.id(), claim.fence());
    }
  }
}
