package io.tunemesh.inference.knowledge;

import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * Words of which questions are full whatever they are about, as the analyzer gives them: lower-case
 * stems. They are left out of the search by words, where each would find some passage.
 */
final class QuestionWords {

  private static final String ENGLISH =
      "a an and ar as at be been but by can could did do doe done for from get got had ha have he"
          + " her him hi how i if in into is it just may me might must my no not of off on or our"
          + " out she should so some such than that the their them then there these thei thi those"
          + " to too us wa we were what when where which while who whose why will with would yet"
          + " you your about after again ani becaus befor s t";

  private static final String CHINESE =
      "的 了 是 在 吗 呢 吧 啊 么 什么 怎么 怎样 怎么办 如何 为什么 为何 哪 哪里 哪些 几 多少 多久 可以 能 会 要 想 我"
          + " 我们 你 你们 他 她 它 他们 有 没有 和 与 或 就 也 都 还 很 把 被 给 让 对 从 到 这 那 这个 那个 一 个 不 行"
          + " 请 问 请问 该 为";

  private static final Set<String> ALL =
      Arrays.stream((ENGLISH + " " + CHINESE).split(" ")).collect(Collectors.toUnmodifiableSet());

  /** More different words than Lucene takes in one query are no question. */
  private static final int MOST = 512;

  private QuestionWords() {}

  /** Finds what has any other word of the question in that field; null if it has no other. */
  static Query anyOf(String question, String field, Analyzer analyzer) throws IOException {
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    int count = 0;
    try (TokenStream tokens = analyzer.tokenStream(field, question)) {
      CharTermAttribute word = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken() && count < MOST) {
        if (!ALL.contains(word.toString())) {
          any.add(new TermQuery(new Term(field, word.toString())), BooleanClause.Occur.SHOULD);
          count++;
        }
      }
      tokens.end();
    }
    return count == 0 ? null : any.build();
  }
}
