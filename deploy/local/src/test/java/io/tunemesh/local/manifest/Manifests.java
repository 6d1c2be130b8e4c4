package io.tunemesh.local.manifest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobTemplateSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads Kubernetes manifests as a server that validates strictly: each document has a type, and a
 * field that the type does not have is an error.
 */
final class Manifests {

  static final Path DEPLOY = Path.of("..").toAbsolutePath().normalize();

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  /** The models keep fields that they do not know; here these are refused. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated member) {
                  return false;
                }
              })
          .build();

  private static final Map<String, Class<?>> TYPES =
      Map.of("v1 Service", Service.class, "batch/v1 Job", Job.class);

  private static final Map<String, String> SCHEMAS =
      Map.of(
          "trainer.kubeflow.org/v1alpha1 TrainJob", "trainjob",
          "trainer.kubeflow.org/v1alpha1 TrainingRuntime", "trainingruntime");

  private Manifests() {}

  /** Every manifest below {@code deploy/kubernetes}. */
  static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(DEPLOY.resolve("kubernetes"))) {
      return files.filter(file -> file.toString().matches(".*\\.ya?ml")).sorted().toList();
    }
  }

  static List<JsonNode> documents(Path file) throws IOException {
    return documents(Files.readString(file));
  }

  static List<JsonNode> documents(String text) throws IOException {
    try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      return values.readAll();
    }
  }

  /** The only document of that kind. */
  static <T> T only(Path file, String kind, Class<T> type) throws IOException {
    return typed(
        documents(file).stream()
            .filter(document -> document.path("kind").asText().equals(kind))
            .collect(Collectors.collectingAndThen(Collectors.toList(), List::getFirst)),
        type);
  }

  static <T> T typed(JsonNode node, Class<T> type) throws JsonProcessingException {
    return STRICT.treeToValue(node, type);
  }

  /** What is wrong with a document; nothing if it is right. */
  static List<String> mistakes(JsonNode document) throws IOException {
    String type = document.path("apiVersion").asText() + " " + document.path("kind").asText();
    try {
      if (TYPES.containsKey(type)) {
        typed(document, TYPES.get(type));
        return List.of();
      }
      if (!SCHEMAS.containsKey(type)) {
        return List.of("no type is known for '%s'".formatted(type));
      }
      List<String> found = new ArrayList<>();
      schema(SCHEMAS.get(type)).validate(document).stream()
          .map(Error::toString)
          .forEach(found::add);
      typed(document.path("metadata"), ObjectMeta.class);
      for (JsonNode job : document.at("/spec/template/spec/replicatedJobs")) {
        typed(job.path("template"), JobTemplateSpec.class);
      }
      return found;
    } catch (JsonProcessingException e) {
      return List.of(e.getOriginalMessage());
    }
  }

  private static Schema schema(String name) throws IOException {
    try (InputStream in = Manifests.class.getResourceAsStream("/kubeflow/" + name + ".yaml")) {
      JsonNode schema = YAML.readTree(in);
      close(schema);
      ((ObjectNode) schema.at("/properties/metadata"))
          .put("x-kubernetes-preserve-unknown-fields", true)
          .remove("additionalProperties");
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(schema);
    }
  }

  /** A server that validates strictly refuses what a schema does not name. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("type").asText().equals("object")
        && !object.has("additionalProperties")
        && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      object.put("additionalProperties", false);
    }
    schema.forEach(Manifests::close);
  }
}
