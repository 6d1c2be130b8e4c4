package io.tunemesh.inference.knowledge;

import io.tunemesh.platform.http.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Finds passages in stores. */
@ApplicationScoped
class Retrieval {

  private final VectorStores stores;
  private final Indexes indexes;
  private final Embeddings embeddings;

  Retrieval(VectorStores stores, Indexes indexes, Embeddings embeddings) {
    this.stores = stores;
    this.indexes = indexes;
    this.embeddings = embeddings;
  }

  /**
   * The best passages of the tenant's stores, the best first.
   *
   * @throws Refusal 404 if one of the stores is not the tenant's
   */
  List<Excerpt> find(String tenant, List<String> ids, Search search) throws InterruptedException {
    return find(
        tenant,
        ids,
        search,
        (id, refusal) -> {
          throw refusal;
        });
  }

  /**
   * The same.
   *
   * @param gone takes the refusal of a store that cannot be searched; where it throws none, the
   *     others are
   */
  List<Excerpt> find(
      String tenant, List<String> ids, Search search, BiConsumer<String, Refusal> gone)
      throws InterruptedException {
    Map<String, Long> revisions = new LinkedHashMap<>();
    for (String id : ids) {
      try {
        revisions.put(id, stores.searched(tenant, id));
      } catch (Refusal refusal) {
        gone.accept(id, refusal);
      }
    }
    if (revisions.isEmpty()) {
      return List.of();
    }
    Vectors vectors =
        search.meaning() > 0 ? embeddings.question(search.text()) : new Vectors(null, null);
    if (revisions.size() == 1) {
      var only = revisions.entrySet().iterator().next();
      return indexes.use(
          only.getKey(),
          only.getValue(),
          (index, sources) -> index.search(search, vectors, sources));
    }
    List<Map<String, List<Excerpt>>> found = new ArrayList<>();
    for (var revision : revisions.entrySet()) {
      found.add(
          indexes.use(
              revision.getKey(),
              revision.getValue(),
              (index, sources) -> index.found(search, vectors, sources)));
    }
    return fused(search, found);
  }

  /**
   * One order of what several stores have: each way of searching orders all of it by its own
   * scores, so that a store whose best is poor has nothing before the others.
   */
  private static List<Excerpt> fused(Search search, List<Map<String, List<Excerpt>>> stores) {
    Map<String, List<Excerpt>> ways = new TreeMap<>();
    for (Map<String, List<Excerpt>> found : stores) {
      found.forEach(
          (way, more) -> ways.computeIfAbsent(way, any -> new ArrayList<>()).addAll(more));
    }
    List<Fusion.Ranked<Excerpt>> lists = new ArrayList<>();
    ways.forEach(
        (way, found) ->
            lists.add(
                new Fusion.Ranked<>(
                    search.weight(way),
                    found.stream()
                        .sorted(Comparator.comparingDouble(Excerpt::score).reversed())
                        .map(excerpt -> excerpt.with(0)) // a file of two stores is found once
                        .distinct()
                        .limit(StoreIndex.DEPTH)
                        .toList())));
    return Fusion.of(lists, (one, other) -> 0).stream()
        .filter(scored -> scored.score() >= search.threshold())
        .limit(search.most())
        .map(scored -> scored.found().with(scored.score()))
        .toList();
  }
}
