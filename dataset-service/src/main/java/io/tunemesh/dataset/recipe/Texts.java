package io.tunemesh.dataset.recipe;

/** Words that several recipes find their columns by. */
final class Texts {

  static final String[] TEXT_HEADERS = {
    "input_text", "content", "sentence", "review", "comment", "文本", "内容", "正文", "句子", "评论"
  };

  private Texts() {}
}
