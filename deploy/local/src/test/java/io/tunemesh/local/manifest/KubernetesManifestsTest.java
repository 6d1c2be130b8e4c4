package io.tunemesh.local.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobTemplateSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests of a training over several machines: right by type, and one with what they run. */
class KubernetesManifestsTest {

  private static final Path INDEXED = file("indexed-job.yaml");
  private static final Path TRAINJOB = file("trainjob.yaml");
  private static final Path RANK =
      Manifests.DEPLOY.resolve("../trainer-service/runtime/tune/rank.py").normalize();
  private static final Dockerfile IMAGE = Dockerfile.of("trainer");
  private static final String GPU = "nvidia.com/gpu";

  private static Path file(String name) {
    return Manifests.DEPLOY.resolve("kubernetes/training").resolve(name);
  }

  static List<Path> manifests() throws IOException {
    assertThat(Manifests.all()).contains(INDEXED, TRAINJOB);
    return Manifests.all();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void everyDocumentIsRightByItsType(Path file) throws IOException {
    for (JsonNode document : Manifests.documents(file)) {
      assertThat(Manifests.mistakes(document)).as("%s %s", file, document.path("kind")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "completionMode: Indexed -> completionsMode: Indexed",
        "backoffLimit: 6 -> backoffLimit: many",
        "restartPolicy: Never -> restartsPolicy: Never",
        "claimName: tunemesh-training -> claim: tunemesh-training",
        "port: 29400 -> prt: 29400",
        "clusterIP: None -> clusterIp: None",
        "apiVersion: batch/v1 -> apiVersion: batch/v2",
        "mountPath: /dev/shm -> mountsPath: /dev/shm"
      })
  void aMistakeInTheIndexedJobIsFound(String change) throws IOException {
    assertFound(INDEXED, change);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runtimeRef: -> runtime:",
        "torch: {} -> torch: {gpus: 8}",
        "mlPolicy: -> mlPolicies:",
        "numNodes: 2 -> numNodes: two",
        "replicatedJobs: -> jobs:",
        "workingDir: /runtime -> workDir: /runtime",
        "resourcesPerNode: -> resources:",
        "labels: -> label:",
        "v1alpha1 -> v2"
      })
  void aMistakeInTheTrainJobIsFound(String change) throws IOException {
    assertFound(TRAINJOB, change);
  }

  private static void assertFound(Path file, String change) throws IOException {
    String[] sides = change.split(" -> ");
    String text = Files.readString(file);
    assertThat(text).contains(sides[0]);
    List<String> mistakes = new ArrayList<>();
    for (JsonNode document : Manifests.documents(text.replace(sides[0], sides[1]))) {
      mistakes.addAll(Manifests.mistakes(document));
    }
    assertThat(mistakes).isNotEmpty();
  }

  @Test
  void theIndexedJobsNumbersAgree() throws IOException {
    Job job = Manifests.only(INDEXED, "Job", Job.class);
    Service service = Manifests.only(INDEXED, "Service", Service.class);
    PodSpec pod = job.getSpec().getTemplate().getSpec();
    Container trainer = pod.getContainers().getFirst();

    assertThat(job.getSpec().getParallelism())
        .isEqualTo(job.getSpec().getCompletions())
        .isEqualTo(Integer.valueOf(option(trainer, "nnodes")));
    assertThat(trainer.getResources().getLimits().get(GPU))
        .isEqualTo(new Quantity(option(trainer, "nproc-per-node")));
    assertThat(service.getSpec().getPorts().getFirst().getPort())
        .isEqualTo(Integer.valueOf(option(trainer, "master-port")));
    assertThat(service.getSpec().getSelector())
        .containsEntry("job-name", job.getMetadata().getName());
    assertThat(pod.getSubdomain()).isEqualTo(service.getMetadata().getName());
    assertThat(option(trainer, "master-addr"))
        .isEqualTo(
            "%s-0.%s".formatted(job.getMetadata().getName(), service.getMetadata().getName()));
    assertThat(trainer.getCommand().getFirst())
        .isEqualTo(IMAGE.environment("TUNEMESH_TRAINER_PYTHON"));
    assertRuns(pod, trainer.getArgs());
  }

  @Test
  void theTrainJobFitsItsRuntime() throws IOException {
    JsonNode runtime = Manifests.only(TRAINJOB, "TrainingRuntime", JsonNode.class);
    JsonNode job = Manifests.only(TRAINJOB, "TrainJob", JsonNode.class);
    JsonNode replicated = runtime.at("/spec/template/spec/replicatedJobs/0");
    JobTemplateSpec template = Manifests.typed(replicated.path("template"), JobTemplateSpec.class);

    assertThat(job.at("/spec/runtimeRef/name")).isEqualTo(runtime.at("/metadata/name"));
    assertThat(job.at("/spec/runtimeRef/kind")).isEqualTo(runtime.path("kind"));
    assertThat(job.at("/spec/trainer/numNodes")).isEqualTo(runtime.at("/spec/mlPolicy/numNodes"));
    // by these Kubeflow finds the job and the container that it gives the trainer's command to
    assertThat(replicated.path("name").asText()).isEqualTo("node");
    assertThat(template.getMetadata().getLabels())
        .containsEntry("trainer.kubeflow.org/trainjob-ancestor-step", "trainer");
    PodSpec pod = template.getSpec().getTemplate().getSpec();
    assertThat(pod.getContainers()).extracting(Container::getName).containsExactly("node");
    assertThat(Path.of(job.at("/spec/trainer/command/0").asText()).getParent())
        .isEqualTo(Path.of(IMAGE.environment("TUNEMESH_TRAINER_PYTHON")).getParent());
    assertRuns(pod, job.at("/spec/trainer/args").valueStream().map(JsonNode::asText).toList());
  }

  /** The pod finds the runtime in the image, has a place for what it reads, and time to save. */
  private static void assertRuns(PodSpec pod, List<String> arguments) throws IOException {
    Container container = pod.getContainers().getFirst();
    assertThat(container.getWorkingDir()).isEqualTo(IMAGE.environment("TUNEMESH_TRAINER_RUNTIME"));
    assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(45);
    assertThat(container.getVolumeMounts())
        .extracting(VolumeMount::getName)
        .containsExactlyInAnyOrderElementsOf(
            pod.getVolumes().stream().map(Volume::getName).toList());
    int module = arguments.indexOf("tune.rank");
    assertThat(module).isPositive();
    assertThat(arguments.get(module - 1)).isEqualTo("-m");
    for (String argument : arguments.subList(module + 1, arguments.size())) {
      String[] option = argument.split("=", 2);
      assertThat(Files.readString(RANK)).contains("add_argument(\"" + option[0] + "\"");
      assertThat(container.getVolumeMounts())
          .anyMatch(mount -> Path.of(option[1]).startsWith(mount.getMountPath()));
    }
  }

  private static String option(Container container, String name) {
    return container.getArgs().stream()
        .filter(argument -> argument.startsWith("--" + name + "="))
        .map(argument -> argument.substring(name.length() + 3))
        .findFirst()
        .orElseThrow();
  }
}
