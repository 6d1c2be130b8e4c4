package io.tunemesh.platform.testing;

import java.util.List;
import java.util.Map;

/**
 * A row that a recipe reads in training and a table job in use, with blanks and commas that only
 * one of them might pass over.
 *
 * @param asked what the model is asked, both times
 */
public record TrainedRow(
    String recipe, Map<String, String> settings, Map<String, String> cells, String asked) {

  /** Rows of every recipe whose prompt a table job asks again. */
  public static List<TrainedRow> odd() {
    return List.of(
        new TrainedRow(
            "text_classification",
            Map.of("labels", "good，bad、 so-so ,, \u00a0"),
            Map.of("text", "\u00a0A film.\r\nI saw it.\u200b", "label", "good"),
            """
            Decide which class the text below belongs to. Answer with the class alone. The classes are: good, bad, so-so.
            A film.
            I saw it."""),
        new TrainedRow(
            "text_classification",
            Map.of("labels", "，"),
            Map.of("text", "很无聊。", "label", "bad"),
            "判断下面的文本属于哪一类，只回答类别。\n很无聊。"),
        new TrainedRow(
            "sentence_pair",
            Map.of("labels", "yes,no"),
            Map.of("sentence1", "\ufeff天晴。", "sentence2", "没雨\u3000", "label", "yes"),
            "判断下面两个句子之间的关系，只回答类别。可选的类别：yes, no。\n句子一：天晴。\n句子二：没雨"),
        new TrainedRow(
            "translation",
            Map.of("to", "\u00a0French "),
            Map.of("source", "Good night\u200b", "target", "Bonne nuit"),
            "Translate the text below into French. Write the translation alone.\nGood night"),
        new TrainedRow(
            "paper_classification",
            Map.of("author", "true"),
            Map.of(
                "title", "\u00a0On hearts",
                "abstract", "Hearts\rbeat.\u200b",
                "author", "A. Heart\u00a0",
                "label", "1"),
            "Decide from its title and abstract whether the following paper belongs to medicine."
                + " Answer 1 if it does and 0 if it does not. The paper -->\n"
                + "title:On hearts,author:A. Heart,abstract:Hearts\nbeat."),
        new TrainedRow(
            "regression",
            Map.of(),
            Map.of("text", "\u202fFine.\u00a0", "score", "3"),
            "Rate the text below. Answer with a number alone.\nFine."),
        new TrainedRow(
            "tagging",
            Map.of("scheme", "plain"),
            Map.of(
                "tokens", "[\"他\", \"来了\"]",
                "tags", "[\"PN\", \"VV\"]",
                "text", "\u00a0他来了\u200b"),
            "给下面文本中的每个词标注类别，按顺序写成 JSON 数组，每个词写作 {\"text\": 词, \"tag\": 类别}。\n他来了"));
  }
}
