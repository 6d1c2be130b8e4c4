package io.tunemesh.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.smallrye.config.SmallRyeConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against fabric8's API server, which keeps what it is given. */
@EnableKubernetesMockClient(crud = true)
class DiscoveryTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Map<String, String> SETTINGS =
      Map.of(
          "tunemesh.discovery.labels", "kubernetes.io/service-name=vllm",
          "tunemesh.discovery.namespace", "models",
          "tunemesh.discovery.port", "http",
          "tunemesh.discovery.model", "qwen",
          "tunemesh.discovery.kinds", "lora,qlora");

  KubernetesClient client;

  private final Engines engines = Pools.engines(SETTINGS);
  private Discovery discovery;

  @BeforeEach
  void watch() {
    SmallRyeConfig config = Pools.config(SETTINGS);
    discovery =
        new Discovery(
            config.getConfigMapping(DiscoveryConfig.class),
            config.getConfigMapping(EngineConfig.class),
            engines,
            null);
  }

  @AfterEach
  void stop() {
    discovery.stop(null);
  }

  @Test
  void followsTheReadyEndpointsOfAService() {
    create(slice("vllm-1", "vllm", "10.0.0.1", true));
    create(slice("other-1", "other", "10.0.0.9", true));
    discovery.watch(client);
    awaitEngines("http://10.0.0.1:8000");
    Engine first = engines.all().iterator().next();
    assertThat(first.spec().model()).isEqualTo("qwen");
    assertThat(first.spec().serves("dora")).isFalse();

    create(slice("vllm-2", "vllm", "fd00::2", true));
    create(slice("vllm-3", "vllm", "10.0.0.3", false));
    awaitEngines("http://10.0.0.1:8000", "http://[fd00::2]:8000");
    assertThat(engines.all()).contains(first);

    update(slice("vllm-1", "vllm", "10.0.0.1", false));
    awaitEngines("http://[fd00::2]:8000");

    slices().withName("vllm-2").delete();
    awaitEngines();
  }

  @Test
  void takesAPodWithAddressesOfTwoFamiliesForOneEngine() {
    create(of("pod-1", slice("vllm-v6", "vllm", "fd00::1", true)));
    create(of("pod-1", slice("vllm-v4", "vllm", "10.0.0.1", true)));
    create(of("pod-2", slice("vllm-v6-2", "vllm", "fd00::2", true)));
    EndpointSlice second = slice("vllm-beside", "vllm", "10.0.0.1", true);
    second.getPorts().getLast().setPort(8001);
    create(of("pod-1", second));

    discovery.watch(client);

    awaitEngines("http://10.0.0.1:8000", "http://[fd00::2]:8000", "http://10.0.0.1:8001");
  }

  @Test
  void knowsItsModelBeforeAnEngineIsThere() {
    assertThat(engines.all()).isEmpty();
    assertThat(engines.isBase("qwen")).isTrue();
    assertThat(engines.mayServe("qwen", "lora")).isTrue();
    assertThat(engines.mayServe("qwen", "prefix")).isFalse();
  }

  private void awaitEngines(String... urls) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(engines.all()).extracting(Engine::url).containsExactlyInAnyOrder(urls));
  }

  private void create(EndpointSlice slice) {
    slices().resource(slice).create();
  }

  private void update(EndpointSlice slice) {
    slices().resource(slice).update();
  }

  private NonNamespaceOperation<EndpointSlice, EndpointSliceList, Resource<EndpointSlice>>
      slices() {
    return client.discovery().v1().endpointSlices().inNamespace("models");
  }

  private static EndpointSlice of(String pod, EndpointSlice slice) {
    slice
        .getEndpoints()
        .forEach(
            endpoint ->
                endpoint.setTargetRef(
                    new ObjectReferenceBuilder().withKind("Pod").withUid(pod).build()));
    return slice;
  }

  private static EndpointSlice slice(String name, String service, String address, boolean ready) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("models")
        .withLabels(Map.of("kubernetes.io/service-name", service))
        .endMetadata()
        .withAddressType(address.contains(":") ? "IPv6" : "IPv4")
        .addNewEndpoint()
        .withAddresses(List.of(address))
        .withNewConditions()
        .withReady(ready)
        .endConditions()
        .endEndpoint()
        .addNewPort()
        .withName("metrics")
        .withPort(9000)
        .endPort()
        .addNewPort()
        .withName("http")
        .withPort(8000)
        .endPort()
        .build();
  }
}
