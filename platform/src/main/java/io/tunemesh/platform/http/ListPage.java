package io.tunemesh.platform.http;

import java.util.List;
import java.util.function.Function;

/**
 * A page of OpenAI's lists: the next is asked for by {@code after=last_id} while {@code has_more}.
 *
 * @param object always {@code list}
 */
public record ListPage<T>(
    String object, List<T> data, String firstId, String lastId, boolean hasMore) {

  /**
   * The first {@code limit} of {@code found}.
   *
   * @param found up to {@code limit + 1} items: one more than asked for tells that there are more
   */
  public static <T> ListPage<T> of(List<T> found, int limit, Function<T, String> id) {
    List<T> data = found.size() > limit ? found.subList(0, limit) : found;
    return new ListPage<>(
        "list",
        data,
        data.isEmpty() ? null : id.apply(data.getFirst()),
        data.isEmpty() ? null : id.apply(data.getLast()),
        found.size() > limit);
  }
}
