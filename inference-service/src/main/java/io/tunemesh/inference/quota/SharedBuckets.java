package io.tunemesh.inference.quota;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;

/**
 * Token buckets in the database, from which all replicas draw. A bucket fills by its limit a minute
 * and holds no more than that; all draws together never exceed what has flowed in.
 */
@ApplicationScoped
class SharedBuckets {

  private static final String FILLED =
      "least(?::float8, level + ?::float8 / 60 * greatest(0, extract(epoch FROM clock_timestamp() - at)))";

  private static final String INSERT =
      "INSERT INTO quota_bucket (id, level, granted, at) VALUES (?, ?, 0, clock_timestamp())"
          + " ON CONFLICT DO NOTHING";

  private static final String TAKE =
      "WITH now AS (SELECT id, "
          + FILLED
          + " AS level FROM quota_bucket WHERE id = ? FOR UPDATE)"
          + " UPDATE quota_bucket b SET at = clock_timestamp(),"
          + " granted = CASE WHEN now.level >= ?::float8 THEN least(now.level, ?::float8) ELSE 0 END,"
          + " level = now.level - CASE WHEN now.level >= ?::float8 THEN least(now.level, ?::float8) ELSE 0 END"
          + " FROM now WHERE b.id = now.id RETURNING b.granted, b.level";

  private static final String GIVE =
      "UPDATE quota_bucket SET level = least(?::float8, level + ?::float8) WHERE id = ?";

  private final AgroalDataSource database;

  SharedBuckets(AgroalDataSource database) {
    this.database = database;
  }

  /**
   * Takes from the bucket: up to {@code want}, but nothing if it holds less than {@code need}. A
   * bucket that is new is full.
   */
  Draw draw(String id, double perMinute, double need, double want) throws SQLException {
    try (var connection = database.getConnection();
        var take = connection.prepareStatement(TAKE)) {
      take.setDouble(1, perMinute);
      take.setDouble(2, perMinute);
      take.setString(3, id);
      take.setDouble(4, need);
      take.setDouble(5, want);
      take.setDouble(6, need);
      take.setDouble(7, want);
      for (int tries = 0; ; tries++) {
        try (var row = take.executeQuery()) {
          if (row.next()) {
            return new Draw(row.getDouble(1), row.getDouble(2));
          }
        }
        if (tries > 0) {
          throw new SQLException("the bucket is not there: " + id);
        }
        try (var insert = connection.prepareStatement(INSERT)) {
          insert.setString(1, id);
          insert.setDouble(2, perMinute);
          insert.executeUpdate();
        }
      }
    }
  }

  /** Puts back what was not used, or takes a debt if {@code amount} is negative. */
  void give(String id, double perMinute, double amount) throws SQLException {
    try (var connection = database.getConnection();
        var give = connection.prepareStatement(GIVE)) {
      give.setDouble(1, perMinute);
      give.setDouble(2, amount);
      give.setString(3, id);
      give.executeUpdate();
    }
  }
}
