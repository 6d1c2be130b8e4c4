package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.inference.text.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files to be attached together; of several wishes for one file the last counts. */
record FileBatchWish(Map<String, FileWish> files) {

  static final int MOST_FILES = 2000;

  /** Either all alike by {@code file_ids}, or each by its own in {@code files}. */
  static FileBatchWish read(String json) throws InvalidPlan {
    Fields fields = Fields.of(json);
    Map<String, FileWish> files = new LinkedHashMap<>();
    ObjectNode attributes = FileWish.attributes(fields);
    FileWish.Size size = FileWish.Size.read(fields);
    for (String id : fields.texts("file_ids", MOST_FILES, FileWish.LONGEST_ID)) {
      files.put(id, new FileWish(id, attributes, size.tokens(), size.overlap()));
    }
    List<FileWish> each = fields.objects("files", MOST_FILES, FileWish::read);
    each.stream()
        .filter(file -> file.fileId() != null)
        .forEach(file -> files.put(file.fileId(), file));
    if (fields.has("file_ids") == fields.has("files")) {
      fields.add("file_ids", "or files must be given, and not both");
    } else if (files.isEmpty()) {
      fields.add(fields.has("files") ? "files" : "file_ids", "must name a file at least");
    }
    fields.done();
    return new FileBatchWish(files);
  }
}
