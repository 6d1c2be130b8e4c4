package io.tunemesh.dataset.token;

import io.tunemesh.platform.blob.Digests;
import io.tunemesh.platform.token.BaseTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.TreeSet;

/** A base model's tokenizer and chat template, ready to count. */
final class LoadedModel {

  private final BaseModel files;
  private final BaseTokenizer tokenizer;
  private final ChatTemplate template;
  private final String contentsOnly;

  private LoadedModel(
      BaseModel files, BaseTokenizer tokenizer, ChatTemplate template, String contentsOnly) {
    this.files = files;
    this.tokenizer = tokenizer;
    this.template = template;
    this.contentsOnly = contentsOnly;
  }

  static LoadedModel in(Path folder) throws IOException {
    BaseModel files = BaseModel.in(folder);
    BaseTokenizer tokenizer = BaseTokenizer.of(files.tokenizer());
    if (files.chatTemplate() == null) {
      return new LoadedModel(files, tokenizer, null, "the base model has no chat template");
    }
    try {
      ChatTemplate template = ChatTemplate.of(files.chatTemplate(), files.specialTokens());
      return new LoadedModel(files, tokenizer, template, null);
    } catch (Unrenderable e) {
      return new LoadedModel(files, tokenizer, null, unwritten(e));
    }
  }

  static String unwritten(Unrenderable why) {
    return "the model's chat template cannot be written out here exactly as training does: "
        + why.getMessage();
  }

  /** Counts chats whole, or their contents where the template cannot be written out. */
  ExampleCounter counter(int cutoff) {
    int most = Math.min(cutoff, files.positions());
    return template == null
        ? new ContentCounter(tokenizer, most, contentsOnly)
        : new ChatCounter(tokenizer, template, files.stops(), most);
  }

  /** Counts contents alone, because {@code reason}. */
  ExampleCounter contents(int cutoff, String reason) {
    return new ContentCounter(tokenizer, Math.min(cutoff, files.positions()), reason);
  }

  String key(String id, int cutoff) {
    String all =
        String.join(
            "\n",
            id,
            files.tokenizerSha256(),
            files.chatTemplate(),
            new TreeMap<>(files.specialTokens()).toString(),
            new TreeSet<>(files.stops()).toString(),
            String.valueOf(Math.min(cutoff, files.positions())));
    return Digests.sha256(all.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
  }

  TokenReport report(String id, ExampleCounter counter, TokenTally tally) {
    return new TokenReport(
        null,
        id,
        files.tokenizerSha256(),
        files.chatTemplate() == null
            ? null
            : Digests.sha256(files.chatTemplate().getBytes(StandardCharsets.UTF_8)),
        counter.contentsOnly(),
        files.note(),
        counter.cutoff(),
        tally.lengths(),
        tally.cutOff(),
        tally.problems());
  }
}
