package io.tunemesh.inference.job;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The answers of jobs that have not ended, one a row: the first that is written stays. */
@ApplicationScoped
class RowResults {

  private static final int PAGE = 200;

  private final AgroalDataSource database;

  RowResults(AgroalDataSource database) {
    this.database = database;
  }

  /**
   * Adds results in the current transaction.
   *
   * @return those that were new, of which the others are not counted
   */
  @Transactional(Transactional.TxType.MANDATORY)
  List<RowResult> add(String job, List<RowResult> results) {
    List<RowResult> added = new ArrayList<>();
    try (var connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO row_result (job_id, idx, ok, line) VALUES (?, ?, ?, ?)"
                    + " ON CONFLICT DO NOTHING")) {
      for (RowResult result : results) {
        insert.setString(1, job);
        insert.setLong(2, result.index());
        insert.setBoolean(3, result.ok());
        insert.setString(4, storable(result.line()));
        insert.addBatch();
      }
      int[] counts = insert.executeBatch();
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] == 1) {
          added.add(results.get(i));
        }
      }
      return added;
    } catch (SQLException e) {
      throw new IllegalStateException("the answers cannot be stored", e);
    }
  }

  /** Which rows have an answer or a reason. */
  BitSet done(String job) {
    BitSet done = new BitSet();
    try (var connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT idx FROM row_result WHERE job_id = ?")) {
      query.setString(1, job);
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          done.set((int) rows.getLong(1));
        }
      }
      return done;
    } catch (SQLException e) {
      throw new IllegalStateException("the answers cannot be read", e);
    }
  }

  /** Up to a page of results whose index is larger than {@code after}, in the order of the rows. */
  List<RowResult> page(String job, boolean ok, long after) {
    List<RowResult> page = new ArrayList<>();
    try (var connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT idx, line FROM row_result WHERE job_id = ? AND ok = ? AND idx > ?"
                    + " ORDER BY idx LIMIT ?")) {
      query.setString(1, job);
      query.setBoolean(2, ok);
      query.setLong(3, after);
      query.setInt(4, PAGE);
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          page.add(new RowResult(rows.getLong(1), ok, rows.getString(2)));
        }
      }
      return page;
    } catch (SQLException e) {
      throw new IllegalStateException("the answers cannot be read", e);
    }
  }

  /** Forgets a job's answers in the current transaction. */
  @Transactional(Transactional.TxType.MANDATORY)
  void forget(String job) {
    try (var connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM row_result WHERE job_id = ?")) {
      delete.setString(1, job);
      delete.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("the answers cannot be removed", e);
    }
  }

  /** Half a character, which a model may answer with, becomes a question mark; NUL a space. */
  private static String storable(String line) {
    String whole = new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    return whole.replace('\0', ' ');
  }
}
