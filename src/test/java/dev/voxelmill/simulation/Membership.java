package dev.voxelmill.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Which supervisors belong to the cluster. One that the majority has not reached for some seconds
 * is taken out; it learns of it some time after it can be reached again, and joins anew.
 */
final class Membership {
  private static final int SUPERVISORS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Timeline timeline;
  private final Network network;
  private final Consumer<Host> learnsOfIt;
  private final List<Host> hosts;
  private final Set<Host> members;
  private final Map<Host, Long> silentSince = new HashMap<>();
  private final Map<Host, Long> learnsAt = new HashMap<>();

  Membership(Timeline timeline, Network network, Consumer<Host> learnsOfIt) {
    this.timeline = timeline;
    this.network = network;
    this.learnsOfIt = learnsOfIt;
    this.hosts =
        IntStream.range(0, SUPERVISORS).mapToObj(i -> new Host(timeline, "sup-" + i)).toList();
    this.members = new HashSet<>(hosts);
  }

  List<Host> hosts() {
    return hosts;
  }

  boolean isMember(Host host) {
    return members.contains(host);
  }

  /** A member that responds, if there is one. */
  Optional<Host> anyMember() {
    List<Host> able =
        hosts.stream().filter(host -> members.contains(host) && host.responds()).toList();
    return able.isEmpty()
        ? Optional.empty()
        : Optional.of(able.get(timeline.random().nextInt(able.size())));
  }

  /** A new process in the place of an old one is a member at once. */
  void restarted(Host host) {
    members.add(host);
    silentSince.remove(host);
    learnsAt.remove(host);
  }

  void tick() {
    for (Host host : hosts) {
      if (isReached(host)) {
        onReached(host);
      } else {
        onSilent(host);
      }
    }
  }

  private boolean isReached(Host host) {
    long reaching =
        hosts.stream()
            .filter(other -> other != host && other.responds())
            .filter(other -> !network.isCut(host, other) && !network.isCut(other, host))
            .count();
    return host.responds() && reaching + 1 > SUPERVISORS / 2;
  }

  private void onReached(Host host) {
    silentSince.remove(host);
    if (!members.contains(host)) {
      long at =
          learnsAt.computeIfAbsent(host, h -> timeline.now() + timeline.between(0, 4000).toNanos());
      if (timeline.now() >= at) {
        timeline.note("REJOIN", host.name());
        learnsOfIt.accept(host);
        restarted(host);
      }
    }
  }

  private void onSilent(Host host) {
    long since = silentSince.computeIfAbsent(host, h -> timeline.now());
    if (timeline.now() - since > PATIENCE.toNanos() && members.remove(host)) {
      timeline.note("REMOVED", host.name());
    }
  }
}
