package io.tunemesh.local.manifest;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * The settings that a service reads, as its sources declare them, in the names of environment
 * variables. Read from the sources, for no module here depends on a service.
 */
public final class ServiceSettings {

  private static final Pattern TEXT = Pattern.compile("\"([^\"]+)\"");
  private static final Pattern CHOICE = Pattern.compile("(?:Optional|List)<(.*)>");

  private final Set<String> names = new TreeSet<>();
  private final List<String> maps = new ArrayList<>();

  private ServiceSettings() {}

  /** Those of the service in that folder of the project, and of what all services share. */
  public static ServiceSettings of(Path project, String service) throws IOException {
    ServiceSettings settings = new ServiceSettings();
    for (String module : List.of(service, "platform")) {
      settings.read(project.resolve(module).resolve("src/main/java"));
    }
    return settings;
  }

  /** Whether a variable of that name sets something. */
  public boolean has(String variable) {
    return names.contains(variable) || maps.stream().anyMatch(variable::startsWith);
  }

  private void read(Path sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> paths = Files.walk(sources)) {
      List<Path> with = new ArrayList<>();
      for (Path path : paths.filter(p -> p.toString().endsWith(".java")).toList()) {
        String text = Files.readString(path);
        if (text.contains("@ConfigMapping") || text.contains("@ConfigProperty")) {
          with.add(path);
        }
      }
      var task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(with));
      for (CompilationUnitTree unit : task.parse()) {
        unit.accept(new Scanner(), null);
      }
    }
  }

  private final class Scanner extends TreeScanner<Void, Void> {

    private final Map<String, ClassTree> types = new HashMap<>();
    private final Map<ClassTree, String> roots = new HashMap<>();

    @Override
    public Void visitCompilationUnit(CompilationUnitTree unit, Void nothing) {
      super.visitCompilationUnit(unit, nothing);
      roots.forEach((type, prefix) -> add(type, prefix));
      return null;
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      types.put(type.getSimpleName().toString(), type);
      annotation(type.getModifiers().getAnnotations(), "ConfigMapping")
          .ifPresent(prefix -> roots.put(type, prefix));
      return super.visitClass(type, nothing);
    }

    @Override
    public Void visitAnnotation(AnnotationTree annotation, Void nothing) {
      annotation(List.of(annotation), "ConfigProperty")
          .ifPresent(name -> names.add(variable(name)));
      return super.visitAnnotation(annotation, nothing);
    }

    private void add(ClassTree type, String prefix) {
      for (Tree member : type.getMembers()) {
        if (member instanceof MethodTree method && method.getBody() == null) {
          boolean parent =
              method.getModifiers().getAnnotations().stream()
                  .anyMatch(a -> a.getAnnotationType().toString().equals("WithParentName"));
          String name = parent ? prefix : prefix + "." + kebab(method.getName().toString());
          String returned = method.getReturnType().toString();
          Matcher choice = CHOICE.matcher(returned);
          String inner = choice.matches() ? choice.group(1) : returned;
          if (returned.startsWith("Map<")) {
            maps.add(variable(name) + "_");
          } else if (types.containsKey(inner)
              && types.get(inner).getKind() == Tree.Kind.INTERFACE) {
            add(types.get(inner), name);
          } else {
            names.add(variable(name));
          }
        }
      }
    }

    private Optional<String> annotation(List<? extends AnnotationTree> annotations, String name) {
      return annotations.stream()
          .filter(a -> a.getAnnotationType().toString().equals(name))
          .map(a -> TEXT.matcher(a.toString()))
          .filter(Matcher::find)
          .map(m -> m.group(1))
          .findFirst();
    }
  }

  private static String kebab(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  /** SmallRye's rule for names in the environment. */
  private static String variable(String property) {
    return property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }
}
