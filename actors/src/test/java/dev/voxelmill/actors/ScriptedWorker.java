package dev.voxelmill.actors;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** A worker that speaks the real protocol and finishes every task at once. */
final class ScriptedWorker extends AbstractBehavior<WorkerCommand> {
  private final WorkerId id;
  private final BiConsumer<Integer, OwnerMessage> owners;
  private final BlobRef glb;
  private final ConcurrentLinkedQueue<Assignment> ran;

  private ScriptedWorker(
      ActorContext<WorkerCommand> context,
      WorkerId id,
      BiConsumer<Integer, OwnerMessage> owners,
      BlobRef glb,
      ConcurrentLinkedQueue<Assignment> ran) {
    super(context);
    this.id = id;
    this.owners = owners;
    this.glb = glb;
    this.ran = ran;
  }

  /**
   * A worker.
   *
   * @param ran collects what it was told to run
   */
  static Behavior<WorkerCommand> create(
      WorkerId id,
      BiConsumer<Integer, OwnerMessage> owners,
      BlobRef glb,
      ConcurrentLinkedQueue<Assignment> ran) {
    return Behaviors.setup(context -> new ScriptedWorker(context, id, owners, glb, ran));
  }

  static PlacementMessage.Heartbeat heartbeat(WorkerId id, ActorRef<WorkerCommand> worker) {
    return new PlacementMessage.Heartbeat(
        new WorkerStatus(
            id, 1, "here", "cpu", "cpu-test", 1 << 30, new TreeSet<>(), List.of(), false),
        worker);
  }

  @Override
  public Receive<WorkerCommand> createReceive() {
    return newReceiveBuilder()
        .onMessage(WorkerCommand.Run.class, run -> onRun(run.assignment()))
        .onAnyMessage(answer -> this)
        .build();
  }

  private Behavior<WorkerCommand> onRun(Assignment assignment) {
    ran.add(assignment);
    report(assignment, 1, new WorkerReport.Started());
    if (assignment.spec().kind() == TaskKind.DISTILL) {
      report(
          assignment,
          0,
          new WorkerReport.Running(new WorkerReport.Progress(3, 10, 2.5, Double.NaN, 2.8)));
      report(assignment, 2, new WorkerReport.Checkpointed(manifest(assignment, 1, 5)));
    }
    TaskOutput.Cost cost =
        new TaskOutput.Cost(id, 10, 0.5, 0.01, 0.02, 0.6, Map.of("libtorch", "2.7.1"));
    report(assignment, 3, new WorkerReport.Completed(output(assignment), cost));
    return this;
  }

  private TaskOutput output(Assignment assignment) {
    return assignment.spec().kind() == TaskKind.MESH
        ? new TaskOutput.Files(
            List.of(new FileRef("asset.glb", "model/gltf-binary", glb)),
            new TreeMap<>(Map.of("mesh.faces", 12.0)),
            List.of(new TaskOutput.ModelUse("toy-prior", "0".repeat(64), "Apache-2.0")))
        : new TaskOutput.Tensors(manifest(assignment, 2, 10));
  }

  private static CheckpointManifest manifest(Assignment assignment, int number, long nextStep) {
    return new CheckpointManifest(
        assignment.spec().name(),
        assignment.attempt(),
        number,
        nextStep,
        assignment.partition(),
        CheckpointManifest.PayloadCodec.NONE,
        4,
        List.of(new ChunkRef(0, 4, 0)),
        "cpu-test");
  }

  private void report(Assignment assignment, long number, WorkerReport report) {
    owners.accept(
        assignment.partition(),
        new OwnerMessage.FromWorker(
            assignment.task(), assignment.attempt(), id, number, report, getContext().getSelf()));
  }
}
