package dev.voxelmill.gpu.worker;

import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Names of the models on a device: told by its thread whenever one comes or goes, read by
 * heartbeats, which must not wait for the device.
 */
final class ResidentModels implements Consumer<Set<String>>, Supplier<SortedSet<String>> {
  private final String prior;
  private volatile SortedSet<String> now;

  /** A device that holds its own prior for good, and nothing else yet. */
  ResidentModels(String prior) {
    this.prior = prior;
    accept(Set.of());
  }

  @Override
  public void accept(Set<String> pretrained) {
    SortedSet<String> all = new TreeSet<>(pretrained);
    all.add(prior);
    now = Collections.unmodifiableSortedSet(all);
  }

  @Override
  public SortedSet<String> get() {
    return now;
  }
}
