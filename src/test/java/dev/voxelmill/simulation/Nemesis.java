package dev.voxelmill.simulation;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Does harm at random until it is told to stop, and undoes all of it then. */
final class Nemesis {
  private final Cluster cluster;
  private final Timeline timeline;
  private final Map<Fault, Integer> fired = new EnumMap<>(Fault.class);
  private final double meanMillis;
  private boolean stopped;

  /** What it can do. */
  enum Fault {
    KILL_SUPERVISOR,
    KILL_ALL_SUPERVISORS,
    KILL_WORKER,
    DRAIN_WORKER,
    FREEZE_SUPERVISOR,
    FREEZE_WORKER,
    CUT_WORKER,
    CUT_SUPERVISOR,
    CUT_ONE_WAY,
    BROKERS_AWAY,
    ANSWERS_LOST,
    BAD_NETWORK,
    CLOCK_JUMP,
    CHECKPOINT_DAMAGED,
    DEVICE_FAILURES
  }

  Nemesis(Cluster cluster, double meanMillis) {
    this.cluster = cluster;
    this.timeline = cluster.timeline();
    this.meanMillis = meanMillis;
    cluster.network().reorder(timeline.chance(0.2));
    planNext();
  }

  /** How often each fault was inflicted. */
  Map<Fault, Integer> fired() {
    return fired;
  }

  private void planNext() {
    double wait = -meanMillis * Math.log(1 - timeline.random().nextDouble());
    timeline.after(
        Duration.ofMillis((long) wait),
        () -> {
          if (!stopped) {
            Fault[] all = Fault.values();
            inflict(all[timeline.random().nextInt(all.length)]);
            planNext();
          }
        });
  }

  private void inflict(Fault fault) {
    fired.merge(fault, 1, Integer::sum);
    switch (fault) {
      case KILL_SUPERVISOR -> killSupervisor(any(cluster.supervisors()));
      case KILL_ALL_SUPERVISORS -> cluster.supervisors().forEach(this::killSupervisor);
      case KILL_WORKER -> killWorker(any(cluster.gpus()));
      case DRAIN_WORKER -> cluster.worker(any(cluster.gpus())).ifPresent(SimulatedWorker::drain);
      case FREEZE_SUPERVISOR -> freeze(any(cluster.supervisors()));
      case FREEZE_WORKER -> freeze(any(cluster.gpus()));
      case CUT_WORKER -> cut(any(cluster.gpus()), cluster.supervisors(), true);
      case CUT_SUPERVISOR -> cutSupervisor(any(cluster.supervisors()));
      case CUT_ONE_WAY -> cut(any(cluster.gpus()), List.of(any(cluster.supervisors())), false);
      case BROKERS_AWAY -> brokersAway();
      case ANSWERS_LOST -> loseAnswers();
      case BAD_NETWORK -> disturb();
      case CLOCK_JUMP -> any(cluster.supervisors()).clockError(timeline.between(-600_000, 600_000));
      case CHECKPOINT_DAMAGED -> cluster.checkpoints().damageOne(timeline.random());
      case DEVICE_FAILURES -> {
        cluster.deviceFailures(0.03);
        later(500, 8000, () -> cluster.deviceFailures(0));
      }
    }
  }

  private void killSupervisor(Host host) {
    if (host.isUp()) {
      cluster.killSupervisor(host);
      later(200, 12_000, () -> startSupervisor(host));
    }
  }

  private void startSupervisor(Host host) {
    if (!host.isUp()) {
      cluster.startSupervisor(host);
    }
  }

  private void killWorker(Host host) {
    if (host.isUp()) {
      cluster.killWorker(host);
      later(200, 8000, () -> startWorker(host));
    }
  }

  private void startWorker(Host host) {
    if (!host.isUp()) {
      cluster.startWorker(host);
    }
  }

  private void freeze(Host host) {
    if (host.responds()) {
      host.freeze();
      later(100, 15_000, host::thaw);
    }
  }

  private void cutSupervisor(Host host) {
    List<Host> others = cluster.supervisors().stream().filter(other -> other != host).toList();
    cut(host, others, true);
    if (timeline.chance(0.5)) {
      cut(host, cluster.gpus(), true);
    }
  }

  private void cut(Host host, List<Host> others, boolean bothWays) {
    timeline.note("CUT", host.name(), others.stream().map(Host::name).toList());
    for (Host other : others) {
      cluster.network().cut(host, other);
      if (bothWays) {
        cluster.network().cut(other, host);
      }
    }
    later(
        500,
        12_000,
        () -> {
          for (Host other : others) {
            cluster.network().mend(host, other);
            cluster.network().mend(other, host);
          }
        });
  }

  private void brokersAway() {
    timeline.note("BROKERS AWAY");
    cluster.brokers().away(true);
    later(300, 15_000, () -> cluster.brokers().away(false));
  }

  private void loseAnswers() {
    cluster.brokers().loseAnswers(0.3);
    later(500, 5000, () -> cluster.brokers().loseAnswers(0));
  }

  private void disturb() {
    cluster.network().disturb(0.2, 0.1, 60);
    later(500, 8000, () -> cluster.network().disturb(0, 0, 1));
  }

  /** Ends every fault at once. */
  void heal() {
    timeline.note("HEAL");
    stopped = true;
    cluster.network().heal();
    cluster.brokers().away(false);
    cluster.brokers().loseAnswers(0);
    cluster.deviceFailures(0);
    for (Host host : cluster.supervisors()) {
      host.clockError(Duration.ZERO);
      host.thaw();
      startSupervisor(host);
    }
    for (Host host : cluster.gpus()) {
      host.thaw();
      startWorker(host);
    }
  }

  private void later(double least, double most, Runnable action) {
    timeline.after(timeline.between(least, most), action);
  }

  private Host any(List<Host> hosts) {
    return hosts.get(timeline.random().nextInt(hosts.size()));
  }
}
