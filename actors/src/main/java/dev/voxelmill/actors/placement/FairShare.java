package dev.voxelmill.actors.placement;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Whose turn it is: start-time fair queueing over device-seconds (Goyal, Vin and Cheng, SIGCOMM
 * 1996), so that tenants with waiting tasks get device-seconds in proportion to their weights over
 * any stretch of time that is long against one task.
 *
 * <p>A tenant's clock advances by the device-seconds it uses over its weight. A task's time is not
 * known before it ends, so a grant is charged with what tasks of its kind took of late, and the
 * difference when it shows. A tenant that comes back starts at the clock of whoever was served
 * last: idle time earns nothing. One that could not be served although it waited, for want of a
 * device that is large enough, catches up by at most {@code most} device-seconds per weight.
 */
final class FairShare {
  private final Map<String, Double> weights;
  private final double most;
  private final Map<String, Tenant> tenants = new HashMap<>();
  private final NavigableSet<Tenant> backlogged =
      new TreeSet<>(
          Comparator.comparingDouble(Tenant::clock)
              .thenComparingLong(Tenant::servedAt)
              .thenComparing(Tenant::name));
  private double now;
  private long grants;

  /**
   * An order among tenants.
   *
   * @param weights of tenants that differ from 1
   * @param most device-seconds per weight that a tenant can lag behind
   */
  FairShare(Map<String, Double> weights, double most) {
    this.weights = weights;
    this.most = most;
  }

  void add(WaitingTask task) {
    Tenant tenant =
        tenants.computeIfAbsent(
            task.tenant(), name -> new Tenant(name, weights.getOrDefault(name, 1.0), now));
    change(
        tenant,
        changed -> {
          if (changed.queue().isEmpty()) {
            changed.atLeast(now);
          }
          changed.queue().add(task);
        });
  }

  void remove(WaitingTask task) {
    Optional.ofNullable(tenants.get(task.tenant()))
        .ifPresent(tenant -> change(tenant, changed -> changed.queue().remove(task)));
  }

  /** The task to place next on a device with at most that much memory. */
  Optional<WaitingTask> next(long memoryBytes) {
    for (Tenant tenant : backlogged) {
      Optional<WaitingTask> task = tenant.queue().first(memoryBytes);
      if (task.isPresent()) {
        return task;
      }
    }
    return Optional.empty();
  }

  /** The task leaves the queue for a device, and is expected to hold it for that long. */
  void grant(WaitingTask task, double expectedSeconds) {
    grants++;
    change(
        tenants.get(task.tenant()),
        tenant -> {
          tenant.atLeast(now - most);
          now = Math.max(now, tenant.clock());
          tenant.queue().remove(task);
          tenant.served(grants);
          tenant.charge(expectedSeconds);
        });
  }

  /** A device that nobody was granted here turns out to be held for a tenant. */
  void found(String name) {
    Tenant tenant =
        tenants.computeIfAbsent(name, n -> new Tenant(n, weights.getOrDefault(n, 1.0), now));
    change(tenant, found -> found.served(grants));
  }

  /** More, or with a negative sign less, was used than was expected. */
  void charge(String name, double seconds) {
    Optional.ofNullable(tenants.get(name))
        .ifPresent(tenant -> change(tenant, charged -> charged.charge(seconds)));
  }

  /** A device is no longer held for the tenant. */
  void giveBack(String name) {
    Optional.ofNullable(tenants.get(name)).ifPresent(tenant -> change(tenant, Tenant::gaveBack));
  }

  private void change(Tenant tenant, Consumer<Tenant> change) {
    backlogged.remove(tenant);
    change.accept(tenant);
    if (!tenant.queue().isEmpty()) {
      backlogged.add(tenant);
    } else if (tenant.held() == 0 && tenant.clock() <= now) {
      tenants.remove(tenant.name());
    }
  }

  /** Tenants with tasks that wait, the next to be served first. */
  Iterable<Tenant> backlogged() {
    return backlogged;
  }

  /** Every tenant that is known now; those that only run included. */
  Collection<Tenant> tenants() {
    return tenants.values();
  }

  /** When nobody waits and nobody runs, everybody is equal again. */
  void forgetIdle() {
    if (backlogged.isEmpty() && tenants.values().stream().allMatch(tenant -> tenant.held() == 0)) {
      tenants.clear();
    }
  }
}
