package dev.voxelmill.actors.placement;

/**
 * A tenant with tasks that wait or run. Its clock counts device-seconds per weight; the tenant
 * whose clock is furthest behind is served next.
 */
final class Tenant {
  private final String name;
  private final double weight;
  private final TenantQueue queue = new TenantQueue();
  private double clock;
  private long servedAt;
  private int held;

  Tenant(String name, double weight, double clock) {
    this.name = name;
    this.weight = weight;
    this.clock = clock;
  }

  String name() {
    return name;
  }

  double weight() {
    return weight;
  }

  TenantQueue queue() {
    return queue;
  }

  double clock() {
    return clock;
  }

  /** How many devices it holds. */
  int held() {
    return held;
  }

  /** Number of the grant that it got last; among equal clocks the one that waited longest. */
  long servedAt() {
    return servedAt;
  }

  void served(long grant) {
    servedAt = grant;
    held++;
  }

  void gaveBack() {
    held--;
  }

  /** Device-seconds were used, or turned out not to be. */
  void charge(double seconds) {
    clock += seconds / weight;
  }

  void atLeast(double least) {
    clock = Math.max(clock, least);
  }
}
