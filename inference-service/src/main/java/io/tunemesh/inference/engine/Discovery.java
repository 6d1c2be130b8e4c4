package io.tunemesh.inference.engine;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Keeps the pool's engines those that Kubernetes names as the ready endpoints of a service. While
 * Kubernetes does not answer, the engines stay those that were last known.
 */
@ApplicationScoped
class Discovery implements ResourceEventHandler<EndpointSlice> {

  private static final Logger LOG = Logger.getLogger(Discovery.class);

  private final DiscoveryConfig config;
  private final String model;
  private final Engines engines;
  private final Instance<KubernetesClient> client;
  private volatile SharedIndexInformer<EndpointSlice> slices;

  Discovery(
      DiscoveryConfig config,
      EngineConfig engine,
      Engines engines,
      Instance<KubernetesClient> client) {
    this.config = config;
    this.model = config.model().orElse(engine.model());
    this.engines = engines;
    this.client = client;
  }

  void start(@Observes StartupEvent event) {
    if (config.labels().isPresent()) {
      watch(client.get());
    }
  }

  void watch(KubernetesClient kubernetes) {
    String namespace = config.namespace().orElseGet(kubernetes::getNamespace);
    slices =
        kubernetes
            .discovery()
            .v1()
            .endpointSlices()
            .inNamespace(namespace)
            .withLabelSelector(config.labels().orElseThrow())
            .runnableInformer(0);
    slices.addEventHandler(this);
    slices.exceptionHandler(
        (started, failure) -> {
          LOG.warnf("Kubernetes cannot be asked for engines and is asked again: %s", failure);
          return true;
        });
    slices.start();
  }

  void stop(@Observes ShutdownEvent event) {
    if (slices != null) {
      slices.close();
    }
  }

  @Override
  public void onAdd(EndpointSlice slice) {
    tell();
  }

  @Override
  public void onUpdate(EndpointSlice before, EndpointSlice now) {
    tell();
  }

  @Override
  public void onDelete(EndpointSlice slice, boolean finalStateUnknown) {
    tell();
  }

  private synchronized void tell() {
    Map<String, EngineSpec> found = new LinkedHashMap<>();
    slices.getStore().list().stream()
        .sorted(Comparator.comparing(EndpointSlice::getAddressType))
        .forEach(slice -> port(slice).ifPresent(port -> add(slice, port, found)));
    engines.discovered(found.values());
  }

  /** A pod of two families of addresses is in a slice of each: a port of it is one engine. */
  private void add(EndpointSlice slice, int port, Map<String, EngineSpec> found) {
    for (Endpoint endpoint : ready(slice)) {
      EngineSpec spec = spec(config, model, endpoint.getAddresses().getFirst(), port);
      ObjectReference pod = endpoint.getTargetRef();
      String id = pod == null || pod.getUid() == null ? spec.url() : pod.getUid() + ":" + port;
      found.putIfAbsent(id, spec);
    }
  }

  private Optional<Integer> port(EndpointSlice slice) {
    return slice.getPorts().stream()
        .filter(port -> config.port().isEmpty() || config.port().get().equals(port.getName()))
        .map(EndpointPort::getPort)
        .findFirst();
  }

  /** A condition that is not told counts as ready, as Kubernetes says it should. */
  private static List<Endpoint> ready(EndpointSlice slice) {
    return slice.getEndpoints().stream()
        .filter(
            endpoint ->
                endpoint.getConditions() == null
                    || !Boolean.FALSE.equals(endpoint.getConditions().getReady()))
        .toList();
  }

  static EngineSpec spec(DiscoveryConfig config, String model, String host, int port) {
    String address = host.contains(":") ? "[" + host + "]" : host;
    return EngineSpec.of(config.scheme() + "://" + address + ":" + port, model, config);
  }
}
