package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.platform.db.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
  private static final int DEPTH = 50;

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
    folder = Files.createTempDirectory("tunemesh-index");
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
      Query files = files(search, sources);
      List<Fusion.Ranked> lists = new ArrayList<>();
      if (search.words() > 0) {
        List<Integer> found = words(searcher, search.text(), files);
        if (!found.isEmpty()) {
          lists.add(new Fusion.Ranked(search.words(), found));
        }
      }
      if (search.meaning() > 0) {
        for (var vector : vectors.byName().entrySet()) {
          List<Integer> found = nearest(searcher, vector.getKey(), vector.getValue(), files);
          if (!found.isEmpty()) {
            lists.add(new Fusion.Ranked(search.meaning(), found));
          }
        }
      }
      StoredFields stored = searcher.storedFields();
      List<Excerpt> excerpts = new ArrayList<>();
      for (Fusion.Scored scored : Fusion.of(lists)) {
        if (excerpts.size() == search.most() || scored.score() < search.threshold()) {
          break;
        }
        Document document = stored.document(scored.id());
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

  private List<Integer> words(IndexSearcher searcher, String text, Query files) throws IOException {
    Query query = QuestionWords.anyOf(text, WORDS, analyzer);
    if (query == null) {
      return List.of();
    }
    if (files != null) {
      query =
          new BooleanQuery.Builder()
              .add(query, BooleanClause.Occur.MUST)
              .add(files, BooleanClause.Occur.FILTER)
              .build();
    }
    return ids(searcher, query);
  }

  private static List<Integer> nearest(
      IndexSearcher searcher, String field, float[] vector, Query files) throws IOException {
    return ids(searcher, new KnnFloatVectorQuery(field, Vectors.unit(vector), DEPTH, files));
  }

  private static List<Integer> ids(IndexSearcher searcher, Query query) throws IOException {
    return Arrays.stream(searcher.search(query, DEPTH).scoreDocs).map(hit -> hit.doc).toList();
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
