package io.tunemesh.contract.schema;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.InlineTagTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.ValueTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/**
 * The Javadoc of the contract's records, as text in the terms of their JSON, so that the schemas
 * can quote it.
 */
public final class Javadocs {

  private static final Pattern CAMEL_CASE = Pattern.compile("\\b[a-z]+(?:[A-Z][a-z0-9]*)+\\b");

  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, String> constants = new HashMap<>();

  /** Reads every source below {@code root}. */
  public Javadocs(Path root) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        var paths = Files.walk(root)) {
      List<Path> sources = paths.filter(p -> p.toString().endsWith(".java")).toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
      DocTrees docs = DocTrees.instance(task);
      List<CompilationUnitTree> units = new ArrayList<>();
      task.parse().forEach(units::add);
      units.forEach(unit -> new Constants().scan(unit, ""));
      units.forEach(unit -> new Records(docs).scan(unit, ""));
    }
  }

  /** What the Javadoc says about {@code type}; null where it says nothing. */
  public String of(Class<?> type) {
    return texts.get(simpleName(type));
  }

  /** What the Javadoc says about a component of {@code type}; null where it says nothing. */
  public String of(Class<?> type, String component) {
    return texts.get(simpleName(type) + "#" + component);
  }

  private static String simpleName(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return (outer == null ? "" : simpleName(outer) + ".") + type.getSimpleName();
  }

  /** The literals that the code has names for. */
  private final class Constants extends TreePathScanner<Void, String> {

    @Override
    public Void visitClass(ClassTree tree, String outer) {
      return super.visitClass(tree, outer + tree.getSimpleName() + ".");
    }

    @Override
    public Void visitVariable(VariableTree tree, String owner) {
      if (tree.getInitializer() instanceof com.sun.source.tree.LiteralTree literal) {
        constants.put(owner + tree.getName(), String.valueOf(literal.getValue()));
      }
      return super.visitVariable(tree, owner);
    }
  }

  private final class Records extends TreePathScanner<Void, String> {

    private final DocTrees docs;

    Records(DocTrees docs) {
      this.docs = docs;
    }

    @Override
    public Void visitClass(ClassTree tree, String outer) {
      String name = outer + tree.getSimpleName();
      DocCommentTree comment = docs.getDocCommentTree(getCurrentPath());
      if (comment != null) {
        texts.put(name, plain(name, comment.getFullBody()));
        for (DocTree tag : comment.getBlockTags()) {
          if (tag instanceof ParamTree param && !param.isTypeParameter()) {
            texts.put(name + "#" + param.getName(), plain(name, param.getDescription()));
          }
        }
      }
      return super.visitClass(tree, name + ".");
    }
  }

  private String constant(String owner, String reference) {
    String name = reference.startsWith("#") ? owner + "." + reference.substring(1) : reference;
    String value = constants.get(name.replace('#', '.'));
    if (value == null) {
      throw new IllegalArgumentException("no literal is named %s".formatted(reference));
    }
    return value;
  }

  private static String namesInJson(String code) {
    return CAMEL_CASE.matcher(code).replaceAll(name -> Schemas.name(name.group()));
  }

  /** The text in the terms of JSON; a tag that has no words there is a mistake. */
  private String plain(String owner, List<? extends DocTree> trees) {
    List<String> parts = new ArrayList<>();
    for (DocTree tree : trees) {
      parts.add(
          switch (tree) {
            case LiteralTree literal ->
                "`" + namesInJson(literal.getBody().getBody().strip()) + "`";
            case LinkTree link ->
                link.getLabel().isEmpty()
                    ? link.getReference().getSignature()
                    : plain(owner, link.getLabel());
            case ValueTree value -> constant(owner, value.getReference().getSignature());
            case StartElementTree element -> "";
            case EndElementTree element -> "";
            case InlineTagTree tag ->
                throw new IllegalArgumentException(
                    "the schemas have no words for %s at %s".formatted(tag, owner));
            default -> tree.toString();
          });
    }
    // Json leaves null out, so what the code calls null is absent to a reader of JSON
    return String.join("", parts)
        .replaceAll("\\bnull\\b", "absent")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
