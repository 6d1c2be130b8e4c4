package io.tunemesh.inference.knowledge;

import io.quarkus.hibernate.orm.panache.Panache;
import io.tunemesh.platform.http.ListPage;
import io.tunemesh.platform.http.PageSize;
import io.tunemesh.platform.http.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestQuery;

/**
 * One page of a list, as OpenAI's parameters ask for it: by the time of creation, newest first
 * unless {@code order} is {@code asc}, behind {@code after} and before {@code before}; with {@code
 * before} alone the last items before it.
 */
public record Paging(
    @RestQuery String limit,
    @RestQuery String order,
    @RestQuery String after,
    @RestQuery String before) {

  private static final String CREATED =
      """
      SELECT max(created_at) FROM (
        SELECT created_at FROM %s WHERE %s = ?1 AND %s = ?2
        UNION ALL SELECT created_at FROM vector_store_removed WHERE owner = ?1 AND id = ?2) told
      """;

  private static final String STORE_CREATED = CREATED.formatted("vector_store", "tenant", "id");
  private static final String FILE_CREATED =
      CREATED.formatted("vector_store_file", "store_id", "file_id");

  private int most() {
    return PageSize.of(limit, 20, 100);
  }

  private boolean isBackwards() {
    return before != null && after == null;
  }

  private boolean ascending() {
    if (order != null && !order.equals("asc") && !order.equals("desc")) {
      throw Refusal.invalid("invalid_order", "order must be asc or desc.", "order");
    }
    return "asc".equals(order);
  }

  /**
   * The items of the page from its cursor on, backwards from a {@code before} alone; with one more
   * where there is one.
   *
   * @param entity VectorStore, or StoreFile, whose ids are those of their files
   * @param where a condition of the program's
   * @param values its first is the tenant or the store whose list it is
   */
  <T> List<T> find(String entity, String where, Object... values) {
    String key = entity.equals("StoreFile") ? "fileId" : "id";
    List<Object> all = new ArrayList<>(Arrays.asList(values));
    String condition = where;
    for (String param : List.of("after", "before")) {
      boolean isAfter = param.equals("after");
      String cursor = isAfter ? after : before;
      if (cursor != null) {
        all.add(createdAt(entity, values[0], param, cursor));
        all.add(cursor);
        condition +=
            " and (createdAt %1$s ?%2$d or createdAt = ?%2$d and %4$s %1$s ?%3$d)"
                .formatted(isAfter == ascending() ? ">" : "<", all.size() - 1, all.size(), key);
      }
    }
    String direction = ascending() != isBackwards() ? "asc" : "desc";
    var query =
        Panache.getEntityManager()
            .createQuery(
                "from %s where %s order by createdAt %s, %s %s"
                    .formatted(entity, condition, direction, key, direction))
            .setMaxResults(most() + 1);
    for (int i = 0; i < all.size(); i++) {
      query.setParameter(i + 1, all.get(i));
    }
    @SuppressWarnings("unchecked")
    List<T> found = query.getResultList();
    return found;
  }

  /** The page of what {@link #find} found, in the list's order. */
  <T> ListPage<T> page(List<T> found, Function<T, String> id) {
    ListPage<T> page = ListPage.of(found, most(), id);
    return isBackwards()
        ? new ListPage<>(
            page.object(), page.data().reversed(), page.lastId(), page.firstId(), page.hasMore())
        : page;
  }

  /** When that of the list was created last, whatever has become of it since. */
  private static Instant createdAt(String entity, Object owner, String param, String cursor) {
    Object at =
        Panache.getEntityManager()
            .createNativeQuery(
                entity.equals("StoreFile") ? FILE_CREATED : STORE_CREATED, Instant.class)
            .setParameter(1, owner)
            .setParameter(2, cursor)
            .getSingleResult();
    if (at == null) {
      throw Refusal.invalid(
          "invalid_cursor",
          "after and before must be ids of this list; there is no '%s'.".formatted(cursor),
          param);
    }
    return (Instant) at;
  }
}
