package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.platform.db.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.cn.smart.SmartChineseAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.IOUtils;

/**
 * A Lucene index of chunks: BM25 over words (Chinese ones as smartcn parts them, English ones by
 * their stems) and HNSW graphs over what the embedding models say. It lies in a folder of its own
 * that is gone when it is closed. Many threads may search while one changes it.
 */
final class StoreIndex implements AutoCloseable {

  private static final String FILE = "file";
  private static final String WORDS = "words";
  private static final String TEXT = "text";
  private static final String PLACE = "place";

  /** So many of each way of searching are fused. */
  static final int DEPTH = 50;

  /**
   * A document that can be found.
   *
   * @param attributes null where it has none
   */
  record Source(String fileId, String filename, ObjectNode attributes) {}

  private final Path folder;
  private final FSDirectory directory;
  private final Analyzer analyzer = new SmartChineseAnalyzer();
  private final IndexWriter writer;
  private final SearcherManager searchers;

  StoreIndex() throws IOException {
    this(Files.createTempDirectory("tunemesh-index"));
  }

  /** An index in an empty folder, which is its own from now on. */
  StoreIndex(Path folder) throws IOException {
    this.folder = folder;
    directory = FSDirectory.open(folder);
    // A document that is deleted is gone with the next refresh, and not when a merge happens to
    // pass.
    TieredMergePolicy merges = new TieredMergePolicy().setForceMergeDeletesPctAllowed(0);
    writer =
        new IndexWriter(
            directory,
            new IndexWriterConfig(analyzer).setMergePolicy(merges).setRAMBufferSizeMB(32));
    searchers = new SearcherManager(writer, null);
  }

  /** Where it lies until it is closed. */
  Path folder() {
    return folder;
  }

  /** Adds chunks of a document; they are found from the next {@link #refresh} on. */
  void add(String file, List<ChunkTable.Kept> chunks) throws IOException {
    for (ChunkTable.Kept kept : chunks) {
      Document document = new Document();
      document.add(new StringField(FILE, file, Field.Store.YES));
      document.add(new TextField(WORDS, kept.chunk().searched(), Field.Store.NO));
      document.add(new StoredField(TEXT, kept.chunk().text()));
      document.add(new StoredField(PLACE, JsonText.of(kept.chunk().place())));
      kept.vectors()
          .byName()
          .forEach(
              (field, vector) ->
                  document.add(
                      new KnnFloatVectorField(
                          field, Vectors.unit(vector), VectorSimilarityFunction.DOT_PRODUCT)));
      writer.addDocument(document);
    }
  }

  /** Removes a document's chunks; their bytes go with {@link #refresh}. */
  void remove(String file) throws IOException {
    writer.deleteDocuments(new Term(FILE, file));
  }

  /** Lets what was changed be found. */
  void refresh() throws IOException {
    if (writer.hasDeletions()) {
      writer.forceMergeDeletes();
    }
    writer.commit();
    searchers.maybeRefreshBlocking();
  }

  /**
   * The best passages, the best first.
   *
   * @param vectors what the question means
   * @param sources all documents, by the names they were added under
   */
  List<Excerpt> search(Search search, Vectors vectors, Map<String, Source> sources)
      throws IOException {
    IndexSearcher searcher = searchers.acquire();
    try {
      List<Fusion.Ranked<Integer>> lists = new ArrayList<>();
      ways(searcher, search, vectors, sources)
          .forEach(
              (way, hits) ->
                  lists.add(
                      new Fusion.Ranked<>(
                          search.weight(way), Arrays.stream(hits).map(hit -> hit.doc).toList())));
      StoredFields stored = searcher.storedFields();
      List<Excerpt> excerpts = new ArrayList<>();
      for (Fusion.Scored<Integer> scored : Fusion.of(lists, Comparator.naturalOrder())) {
        if (excerpts.size() == search.most() || scored.score() < search.threshold()) {
          break;
        }
        Document document = stored.document(scored.found());
        Source source = sources.get(document.get(FILE));
        if (source != null) {
          excerpts.add(excerpt(document, source, scored.score()));
        }
      }
      return excerpts;
    } finally {
      searchers.release(searcher);
    }
  }

  /**
   * What each way of searching found, the best first and each with its own score, to be fused with
   * what other stores have.
   */
  Map<String, List<Excerpt>> found(Search search, Vectors vectors, Map<String, Source> sources)
      throws IOException {
    IndexSearcher searcher = searchers.acquire();
    try {
      StoredFields stored = searcher.storedFields();
      Map<String, List<Excerpt>> found = new HashMap<>();
      Map<Integer, Excerpt> read = new HashMap<>();
      for (var way : ways(searcher, search, vectors, sources).entrySet()) {
        List<Excerpt> excerpts = new ArrayList<>();
        for (ScoreDoc hit : way.getValue()) {
          Excerpt one = read.get(hit.doc);
          if (one == null) {
            Document document = stored.document(hit.doc);
            Source source = sources.get(document.get(FILE));
            one = source == null ? null : excerpt(document, source, 0);
            read.put(hit.doc, one);
          }
          if (one != null) {
            excerpts.add(one.with(hit.score));
          }
        }
        found.put(way.getKey(), excerpts);
      }
      return found;
    } finally {
      searchers.release(searcher);
    }
  }

  /** What each way of searching found, by its name; those that found nothing are left out. */
  private Map<String, ScoreDoc[]> ways(
      IndexSearcher searcher, Search search, Vectors vectors, Map<String, Source> sources)
      throws IOException {
    Query files = files(search, sources);
    Map<String, Query> queries = new LinkedHashMap<>();
    if (search.words() > 0) {
      queries.put(Search.BY_WORDS, words(search.text(), files));
    }
    if (search.meaning() > 0) {
      vectors
          .byName()
          .forEach(
              (field, vector) ->
                  queries.put(
                      field, new KnnFloatVectorQuery(field, Vectors.unit(vector), DEPTH, files)));
    }
    Map<String, ScoreDoc[]> ways = new LinkedHashMap<>();
    for (var query : queries.entrySet()) {
      if (query.getValue() != null) {
        ScoreDoc[] hits = searcher.search(query.getValue(), DEPTH).scoreDocs;
        if (hits.length > 0) {
          ways.put(query.getKey(), hits);
        }
      }
    }
    return ways;
  }

  private static Excerpt excerpt(Document document, Source source, double score) {
    return new Excerpt(
        source.fileId(),
        source.filename(),
        source.attributes(),
        score,
        document.get(TEXT),
        JsonText.read(document.get(PLACE), Place.class));
  }

  /** Null where every document will do. */
  private static Query files(Search search, Map<String, Source> sources) {
    List<BytesRef> allowed =
        sources.entrySet().stream()
            .filter(entry -> search.files().test(entry.getValue().attributes()))
            .map(entry -> new BytesRef(entry.getKey()))
            .toList();
    return allowed.size() == sources.size() ? null : new TermInSetQuery(FILE, allowed);
  }

  /** Null where the question has no word that could be found. */
  private Query words(String text, Query files) throws IOException {
    Query query = QuestionWords.anyOf(text, WORDS, analyzer);
    return query == null || files == null
        ? query
        : new BooleanQuery.Builder()
            .add(query, BooleanClause.Occur.MUST)
            .add(files, BooleanClause.Occur.FILTER)
            .build();
  }

  @Override
  public void close() throws IOException {
    try {
      IOUtils.close(searchers, writer, directory, analyzer);
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
