package io.tunemesh.inference.knowledge;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
   * @throws io.tunemesh.platform.http.Refusal 404 if one of the stores is not the tenant's
   */
  List<Excerpt> find(String tenant, List<String> ids, Search search) throws InterruptedException {
    List<Long> revisions = ids.stream().map(id -> stores.searched(tenant, id)).toList();
    Vectors vectors =
        search.meaning() > 0 ? embeddings.question(search.text()) : new Vectors(null, null);
    if (ids.size() == 1) {
      return indexes.use(
          ids.getFirst(),
          revisions.getFirst(),
          (index, sources) -> index.search(search, vectors, sources));
    }
    List<Map<String, List<Excerpt>>> found = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      found.add(
          indexes.use(
              ids.get(i),
              revisions.get(i),
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
