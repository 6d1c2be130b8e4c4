package io.tunemesh.inference.knowledge;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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
    List<Excerpt> found = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      found.addAll(
          indexes.use(
              ids.get(i),
              revisions.get(i),
              (index, sources) -> index.search(search, vectors, sources)));
    }
    return found.stream()
        .sorted(Comparator.comparingDouble(Excerpt::score).reversed())
        .limit(search.most())
        .toList();
  }
}
