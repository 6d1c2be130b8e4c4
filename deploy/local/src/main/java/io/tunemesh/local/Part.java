package io.tunemesh.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A process of the mesh, as it is to be started.
 *
 * @param name as in {@code mesh logs NAME}
 * @param url where it answers; null for those that speak no HTTP
 * @param ready an HTTP address that answers 200 once the part can work, or {@code
 *     tcp://127.0.0.1:port}
 * @param folder its working directory
 * @param command asked for at each start, since a later one may have a start cache
 */
record Part(
    String name,
    String url,
    String ready,
    Path folder,
    Supplier<List<String>> command,
    Map<String, String> environment) {}
