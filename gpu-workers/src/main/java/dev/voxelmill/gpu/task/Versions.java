package dev.voxelmill.gpu.task;

import ai.djl.engine.Engine;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What computes in this process. */
public final class Versions {
  private Versions() {}

  /** Versions by component: voxelmill, libtorch, djl, jdk. Part of an asset's bytes. */
  public static SortedMap<String, String> present() {
    SortedMap<String, String> versions = new TreeMap<>();
    versions.put("voxelmill", of(Versions.class));
    versions.put("djl", Engine.getDjlVersion());
    versions.put("libtorch", Engine.getEngine("PyTorch").getVersion());
    versions.put("jdk", Runtime.version().toString());
    return versions;
  }

  /** Memory of this machine; tensors live outside the Java heap. */
  public static long memoryBytes() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean machine
        ? machine.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }

  private static String of(Class<?> type) {
    return Optional.ofNullable(type.getPackage().getImplementationVersion()).orElse("development");
  }
}
