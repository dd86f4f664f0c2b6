package dev.voxelmill.actors.nemesis;

import dev.voxelmill.actors.history.HistoryReport;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.EventRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Weighs what was planned against what was seen. */
final class Judgement {
  private final Schedule schedule;
  private final IdentityHashMap<Fault, Proof> processes;
  private final Receipts receipts;
  private final Exits exits;
  private final Evidence evidence;

  /**
   * A judgement.
   *
   * @param processes what showed that each fault of a process happened
   */
  Judgement(
      Schedule schedule,
      IdentityHashMap<Fault, Proof> processes,
      Receipts receipts,
      Exits exits,
      Evidence evidence) {
    this.schedule = schedule;
    this.processes = processes;
    this.receipts = receipts;
    this.exits = exits;
    this.evidence = evidence;
  }

  Verdict verdict(HistoryReport history, double healSeconds) {
    return new Verdict(
        schedule.seed(),
        schedule.length().toSeconds(),
        rows(),
        List.of(acknowledged(), endings(), exits()),
        history,
        outcomes(),
        healSeconds);
  }

  private List<Verdict.FaultRow> rows() {
    Map<FaultKind, List<Proof>> proofs = new TreeMap<>();
    schedule.process().forEach(timed -> add(proofs, timed.what(), processProof(timed.what())));
    schedule.clients().forEach(timed -> add(proofs, timed.what(), clientProof(timed.what())));
    schedule
        .allJobs()
        .forEach(
            job ->
                job.trouble()
                    .ifPresent(
                        kind ->
                            proofs
                                .computeIfAbsent(kind, first -> new ArrayList<>())
                                .add(trouble(kind, job))));
    List<Verdict.FaultRow> rows = new ArrayList<>();
    proofs.forEach((kind, all) -> rows.add(row(kind, all)));
    return rows;
  }

  private static void add(Map<FaultKind, List<Proof>> proofs, Fault fault, Proof proof) {
    proofs.computeIfAbsent(fault.kind(), first -> new ArrayList<>()).add(proof);
  }

  private static Verdict.FaultRow row(FaultKind kind, List<Proof> proofs) {
    SortedMap<String, Long> how =
        proofs.stream()
            .map(proof -> proof.fired() ? proof.how() : "NOT FIRED: " + proof.how())
            .collect(Collectors.groupingBy(h -> h, TreeMap::new, Collectors.counting()));
    String text =
        how.entrySet().stream()
            .map(entry -> entry.getValue() + "x " + entry.getKey())
            .collect(Collectors.joining("; "));
    return new Verdict.FaultRow(
        kind, proofs.size(), proofs.stream().filter(Proof::fired).count(), text);
  }

  private Proof processProof(Fault.OfProcess fault) {
    Proof proof = processes.getOrDefault(fault, Proof.none("never tried"));
    return proof.otherwise().flatMap(this::byScript).orElse(proof);
  }

  /**
   * A worker that is told to end may be running a task whose script ends it at that moment. Nothing
   * else explains another exit code than 0.
   */
  private Optional<Proof> byScript(Exits.Exit exit) {
    Set<JobId> held = evidence.heldInVain(exit.pid());
    return schedule.allJobs().stream()
        .filter(job -> held.contains(job.id()))
        .filter(job -> job.trouble().filter(kind -> ends(kind) == exit.code()).isPresent())
        .findFirst()
        .map(job -> Proof.of("exit code %d, by the script of its task".formatted(exit.code())));
  }

  /** The exit code of a worker that the script of its task ends; 0 for none. */
  private static int ends(FaultKind kind) {
    return switch (kind) {
      case CRASH -> Exits.KILLED;
      case HANG -> Exits.STEP_HUNG;
      case DEVICE_ERROR -> Exits.QUARANTINED;
      default -> 0;
    };
  }

  private Proof clientProof(Fault.OfClient fault) {
    List<String> positions = receipts.of(fault);
    return switch (fault) {
      case Fault.Duplicates duplicates ->
          positions.size() == duplicates.copies()
                  && positions.stream().allMatch(evidence::isThere)
                  && evidence.accepted(duplicates.job().id()) == 1
              ? Proof.of(duplicates.copies() + " records, one job")
              : Proof.none(
                  "%d records, accepted %d times"
                      .formatted(positions.size(), evidence.accepted(duplicates.job().id())));
      case Fault.Poison poison ->
          positions.size() == 1 && evidence.burials(positions.getFirst()) == 1
              ? Proof.of("buried once")
              : Proof.none(poison.poison() + " at " + positions + " is not buried once");
      case Fault.Order order ->
          evidence
              .answer(order.commandId())
              .map(outcome -> Proof.of(order.order().word() + " " + outcome.word()))
              .orElseGet(() -> Proof.none(order + " was not answered"));
      case Fault.Burst burst ->
          burst.jobs().stream().allMatch(job -> evidence.accepted(job.id()) == 1)
              ? Proof.of(burst.jobs().size() + " jobs accepted")
              : Proof.none("not all were accepted");
    };
  }

  /** Jobs that have to fail show it by their end, the others by the exits of their workers. */
  private Proof trouble(FaultKind kind, PlannedJob job) {
    return switch (kind) {
      case HANG, CRASH -> byExit(ends(kind));
      default ->
          evidence.end(job.id()).stream()
              .filter(EventRecord.Failed.class::isInstance)
              .map(end -> ((EventRecord.Failed) end).failure().code())
              .map(code -> Proof.of("failed with " + code))
              .findFirst()
              .orElseGet(() -> Proof.none(job.id() + " did not fail"));
    };
  }

  private Proof byExit(int code) {
    long times = exits.byThemselves(code);
    return times > 0
        ? Proof.of("%d workers ended by themselves with exit code %d".formatted(times, code))
        : Proof.none("no worker ended with exit code " + code);
  }

  private Verdict.Claim acknowledged() {
    List<String> all = receipts.all();
    List<String> broken = new ArrayList<>(receipts.lost());
    all.stream()
        .filter(position -> !evidence.isThere(position))
        .forEach(position -> broken.add(position + " was acknowledged and is gone"));
    return new Verdict.Claim("what the broker acknowledged is there", all.size(), broken);
  }

  private Verdict.Claim endings() {
    Set<JobId> cancelled = new HashSet<>();
    schedule.clients().stream()
        .map(Timed::what)
        .filter(f -> f instanceof Fault.Order order && order.order() instanceof JobCommand.Cancel)
        .forEach(f -> cancelled.add(((Fault.Order) f).job()));
    List<String> broken = new ArrayList<>();
    for (PlannedJob job : schedule.allJobs()) {
      boolean right =
          evidence
              .end(job.id())
              .map(end -> isRight(job, end, cancelled.contains(job.id())))
              .orElse(false);
      if (!right) {
        broken.add(
            "%s (%s): %s"
                .formatted(
                    job.id(),
                    job.trouble().map(FaultKind::words).orElse(job.method()),
                    evidence.end(job.id()).map(Object::toString).orElse("has not ended")));
      }
    }
    return new Verdict.Claim(
        "jobs end as their scripts and commands say", schedule.allJobs().size(), broken);
  }

  private static boolean isRight(PlannedJob job, EventRecord.Event end, boolean cancelled) {
    return switch (end) {
      case EventRecord.Succeeded succeeded -> job.failure().isEmpty();
      case EventRecord.Cancelled cancel -> cancelled;
      case EventRecord.Failed failed ->
          job.failure().filter(failed.failure().code()::equals).isPresent()
              // Killing its workers, beside what others kill, may exhaust a job's attempts.
              || (job.trouble().isPresent()
                  && failed.failure().code() == JobFailure.Code.WORKER_CRASHED);
      default -> false;
    };
  }

  private Verdict.Claim exits() {
    List<String> broken =
        exits.unasked().stream()
            .filter(exit -> !isScripted(exit))
            .map(Exits.Exit::toString)
            .toList();
    return new Verdict.Claim("no process ends that was not made to", exits.count(), broken);
  }

  private boolean isScripted(Exits.Exit exit) {
    return exit.part().startsWith("worker-")
        && exit.code() != 0
        && schedule.planned().keySet().stream().anyMatch(kind -> ends(kind) == exit.code());
  }

  private SortedMap<String, Long> outcomes() {
    return schedule.allJobs().stream()
        .collect(
            Collectors.groupingBy(
                job -> evidence.end(job.id()).map(Judgement::word).orElse("not ended"),
                TreeMap::new,
                Collectors.counting()));
  }

  private static String word(EventRecord.Event end) {
    return switch (end) {
      case EventRecord.Failed failed -> "failed with " + failed.failure().code();
      case EventRecord.Cancelled cancelled -> "cancelled";
      default -> "succeeded";
    };
  }
}
