package io.tunemesh.inference.knowledge;

import io.agroal.api.AgroalDataSource;
import io.tunemesh.platform.db.JsonText;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The chunks of all documents with what they mean, from which every index can be made again. */
@ApplicationScoped
class ChunkTable {

  /** A chunk as it is kept. */
  record Kept(Chunk chunk, Vectors vectors) {}

  private final AgroalDataSource database;

  ChunkTable(AgroalDataSource database) {
    this.database = database;
  }

  /** Adds chunks of a document in the current transaction. */
  @Transactional(Transactional.TxType.MANDATORY)
  void add(String file, List<Kept> chunks) {
    try (var connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO knowledge_chunk (file, ordinal, text, place, chinese, english,"
                    + " own, own_model) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (Kept kept : chunks) {
        insert.setString(1, file);
        insert.setInt(2, kept.chunk().ordinal());
        insert.setString(3, kept.chunk().text());
        insert.setString(4, JsonText.of(kept.chunk().place()));
        insert.setBytes(5, Vectors.bytes(kept.vectors().chinese()));
        insert.setBytes(6, Vectors.bytes(kept.vectors().english()));
        Vectors.Own own = kept.vectors().own();
        insert.setBytes(7, own == null ? null : Vectors.bytes(own.vector()));
        insert.setString(8, own == null ? null : own.model());
        insert.addBatch();
      }
      insert.executeBatch();
    } catch (SQLException e) {
      throw new IllegalStateException("chunks could not be added", e);
    }
  }

  /** The chunks of a document from an ordinal on, so many at most. */
  List<Kept> from(String file, int ordinal, int most) {
    List<Kept> found = new ArrayList<>();
    try (var connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT ordinal, text, place, chinese, english, own, own_model FROM knowledge_chunk"
                    + " WHERE file = ? AND ordinal >= ? ORDER BY ordinal LIMIT ?")) {
      query.setString(1, file);
      query.setInt(2, ordinal);
      query.setInt(3, most);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          Place place = JsonText.read(rows.getString(3), Place.class);
          Chunk chunk = new Chunk(rows.getInt(1), rows.getString(2), place);
          found.add(new Kept(chunk, vectors(rows)));
        }
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException("chunks could not be read", e);
    }
  }

  private static Vectors vectors(ResultSet rows) throws SQLException {
    String model = rows.getString(7);
    return new Vectors(
        Vectors.floats(rows.getBytes(4)),
        Vectors.floats(rows.getBytes(5)),
        model == null ? null : new Vectors.Own(model, Vectors.floats(rows.getBytes(6))));
  }

  /** Removes what an attempt on a document has left, in the current transaction. */
  @Transactional(Transactional.TxType.MANDATORY)
  void clear(String file) {
    try (var connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM knowledge_chunk WHERE file = ?")) {
      delete.setString(1, file);
      delete.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("chunks could not be removed", e);
    }
  }
}
