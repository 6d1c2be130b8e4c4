package io.tunemesh.inference.usage;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The sums of each minute, tenant, key and model, and how much of them was told by events. */
@ApplicationScoped
class UsageTable {

  private static final String ADD =
      """
      INSERT INTO usage AS u (tenant, minute, key_name, model, requests, failed, prompt_tokens,
        completion_tokens, told_requests, told_failed, told_prompt, told_completion)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0)
      ON CONFLICT (tenant, minute, key_name, model) DO UPDATE SET
        requests = u.requests + excluded.requests,
        failed = u.failed + excluded.failed,
        prompt_tokens = u.prompt_tokens + excluded.prompt_tokens,
        completion_tokens = u.completion_tokens + excluded.completion_tokens
      """;

  private static final String UNTOLD =
      """
      SELECT tenant, key_name, model, minute, requests - told_requests, failed - told_failed,
        prompt_tokens - told_prompt, completion_tokens - told_completion
      FROM usage WHERE told_requests < requests AND minute < ? ORDER BY minute LIMIT 500
      FOR UPDATE SKIP LOCKED
      """;

  private static final String TOLD =
      """
      UPDATE usage SET told_requests = requests, told_failed = failed, told_prompt = prompt_tokens,
        told_completion = completion_tokens
      WHERE tenant = ? AND minute = ? AND key_name = ? AND model = ?
      """;

  private final AgroalDataSource database;

  UsageTable(AgroalDataSource database) {
    this.database = database;
  }

  /**
   * Adds all of it or, if it throws, nothing.
   *
   * @throws UnstorableUsage if the database will never take one of the rows
   */
  @Transactional
  void add(Map<Row, Sum> sums) {
    try (Connection connection = database.getConnection();
        PreparedStatement add = connection.prepareStatement(ADD)) {
      // In one order everywhere, so that two replicas never wait for each other.
      for (var entry : sorted(sums).entrySet()) {
        key(add, entry.getKey());
        sum(add, entry.getValue());
        add.addBatch();
      }
      add.executeBatch();
    } catch (SQLException e) {
      if (UnstorableUsage.isToldBy(e)) {
        throw new UnstorableUsage(e);
      }
      throw new IllegalStateException("the usage cannot be written", e);
    }
  }

  /** Takes what no event has told of minutes before {@code before}, as told by now. */
  @Transactional(Transactional.TxType.MANDATORY)
  Map<Row, Sum> takeUntold(Instant before) {
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(UNTOLD);
        PreparedStatement told = connection.prepareStatement(TOLD)) {
      query.setTimestamp(1, Timestamp.from(before));
      Map<Row, Sum> untold = new LinkedHashMap<>();
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          untold.put(
              new Row(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  row.getTimestamp(4).toInstant()),
              read(row, 5));
        }
      }
      for (Row row : untold.keySet()) {
        key(told, row);
        told.addBatch();
      }
      told.executeBatch();
      return untold;
    } catch (SQLException e) {
      throw new IllegalStateException("the usage cannot be read", e);
    }
  }

  /**
   * The sums of a tenant from {@code start} until before {@code end}, oldest first.
   *
   * @param key null for all keys
   * @param bucket {@code minute}, {@code hour}, {@code day}, or null for one sum of all the time
   */
  List<Used> read(
      String tenant,
      String key,
      Instant start,
      Instant end,
      String bucket,
      boolean byKey,
      boolean byModel) {
    String time =
        bucket == null ? "NULL::timestamptz" : "date_trunc('" + bucket + "', minute, 'UTC')";
    String sql =
        "SELECT %s, %s, %s, sum(requests), sum(failed), sum(prompt_tokens), sum(completion_tokens)"
                .formatted(time, byKey ? "key_name" : "NULL", byModel ? "model" : "NULL")
            + " FROM usage WHERE tenant = ? AND minute >= ? AND minute < ?"
            + (key == null ? "" : " AND key_name = ?")
            + " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, tenant);
      query.setTimestamp(2, Timestamp.from(start));
      query.setTimestamp(3, Timestamp.from(end));
      if (key != null) {
        query.setString(4, key);
      }
      List<Used> all = new ArrayList<>();
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          Timestamp at = row.getTimestamp(1);
          all.add(
              Used.of(
                  at == null ? null : at.toInstant(),
                  row.getString(2),
                  row.getString(3),
                  read(row, 4)));
        }
      }
      return all;
    } catch (SQLException e) {
      throw new IllegalStateException("the usage cannot be read", e);
    }
  }

  /** Forgets minutes that are told and older than {@code age}. */
  @Transactional
  void forget(Duration age) {
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM usage WHERE minute < ? AND told_requests = requests")) {
      delete.setTimestamp(1, Timestamp.from(Instant.now().minus(age)));
      delete.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("old usage cannot be forgotten", e);
    }
  }

  private static TreeMap<Row, Sum> sorted(Map<Row, Sum> sums) {
    TreeMap<Row, Sum> sorted =
        new TreeMap<>(
            Comparator.comparing(Row::tenant)
                .thenComparing(Row::minute)
                .thenComparing(Row::key)
                .thenComparing(Row::model));
    sorted.putAll(sums);
    return sorted;
  }

  private static void key(PreparedStatement statement, Row row) throws SQLException {
    statement.setString(1, row.tenant());
    statement.setTimestamp(2, Timestamp.from(row.minute()));
    statement.setString(3, row.key());
    statement.setString(4, row.model());
  }

  private static void sum(PreparedStatement statement, Sum sum) throws SQLException {
    statement.setLong(5, sum.requests());
    statement.setLong(6, sum.failed());
    statement.setLong(7, sum.promptTokens());
    statement.setLong(8, sum.completionTokens());
  }

  private static Sum read(ResultSet row, int first) throws SQLException {
    return new Sum(
        row.getLong(first), row.getLong(first + 1), row.getLong(first + 2), row.getLong(first + 3));
  }
}
