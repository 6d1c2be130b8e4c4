package io.tunemesh.inference.knowledge;

import io.quarkus.hibernate.orm.panache.Panache;
import io.tunemesh.platform.http.PageSize;
import io.tunemesh.platform.http.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestQuery;

/**
 * One page of a list, as OpenAI's parameters ask for it: by the time of creation, newest first
 * unless {@code order} is {@code asc}, behind {@code after} or before {@code before}.
 */
public record Paging(
    @RestQuery String limit,
    @RestQuery String order,
    @RestQuery String after,
    @RestQuery String before) {

  /** How many items it has at most. */
  int most() {
    return PageSize.of(limit, 20, 100);
  }

  private boolean ascending() {
    if (order != null && !order.equals("asc") && !order.equals("desc")) {
      throw Refusal.invalid("invalid_order", "order must be asc or desc.", "order");
    }
    return "asc".equals(order);
  }

  /**
   * The page, with one item more where there is one.
   *
   * @param where a condition of the program's; its ids are those of {@code after} and {@code
   *     before}, or, for files of a store, their file ids
   */
  <T> List<T> find(String where, String entity, Function<T, Instant> created, Object... values) {
    String key = entity.equals("StoreFile") ? "fileId" : "id";
    List<Object> all = new ArrayList<>(Arrays.asList(values));
    String condition = where;
    boolean backwards = before != null && after == null;
    String cursor = backwards ? before : after;
    boolean up = ascending() != backwards;
    if (cursor != null) {
      T last = one(entity, key, where, cursor, values);
      Instant at = created.apply(last);
      all.add(at);
      all.add(cursor);
      String than = up ? ">" : "<";
      condition +=
          " and (createdAt %1$s ?%2$d or createdAt = ?%2$d and %4$s %1$s ?%3$d)"
              .formatted(than, all.size() - 1, all.size(), key);
    }
    String direction = up ? "asc" : "desc";
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
    if (backwards) {
      found = new ArrayList<>(found.subList(0, Math.min(most(), found.size())));
      Collections.reverse(found);
    }
    return found;
  }

  @SuppressWarnings("unchecked")
  private static <T> T one(
      String entity, String key, String where, String cursor, Object... values) {
    var query =
        Panache.getEntityManager()
            .createQuery(
                "from %s where %s and %s = ?%d".formatted(entity, where, key, values.length + 1));
    for (int i = 0; i < values.length; i++) {
      query.setParameter(i + 1, values[i]);
    }
    query.setParameter(values.length + 1, cursor);
    List<T> found = query.setMaxResults(1).getResultList();
    if (found.isEmpty()) {
      throw Refusal.invalid(
          "invalid_cursor",
          "after and before must be ids of this list; there is no '%s'.".formatted(cursor),
          "after");
    }
    return found.getFirst();
  }
}
