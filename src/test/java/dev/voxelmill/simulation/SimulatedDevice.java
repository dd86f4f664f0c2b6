package dev.voxelmill.simulation;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One attempt on a device: it goes on from the newest checkpoint of its assignment, steps, saves
 * its state beside the steps and lets the next save wait for the one before, and ends.
 */
final class SimulatedDevice {
  private final SimulatedWorker worker;
  private final Cluster cluster;
  private final Assignment assignment;
  private final Work work;
  private final Duration perStep;
  private final long everySteps;
  private long next;
  private long state;
  private int number;
  private boolean saving;
  private boolean releasing;
  private boolean finishing;
  private boolean over;

  SimulatedDevice(SimulatedWorker worker, Cluster cluster, Assignment assignment) {
    this.worker = worker;
    this.cluster = cluster;
    this.assignment = assignment;
    this.work = Work.of(assignment.task());
    this.perStep = cluster.timeline().between(20, 250);
    this.everySteps = cluster.timeline().random().nextInt(2, 8);
  }

  void load() {
    after(cluster.timeline().between(5, 200), this::loaded);
  }

  private void loaded() {
    for (Map.Entry<String, TaskOutput> input : assignment.inputs().entrySet()) {
      if (input.getValue() instanceof TaskOutput.Tensors tensors
          && read(tensors.manifest(), Work.of(new TaskRef(task().job(), input.getKey())))
              .isEmpty()) {
        fail(JobFailure.Code.CHECKPOINT_LOST);
        return;
      }
    }
    resume();
    cluster.timeline().note("begins", worker.id(), assignment.task(), attempt(), "at", next);
    worker.decisions().started(task(), attempt());
    progress();
    goOn();
  }

  /** Goes on from the newest checkpoint that can be read, else from the start. */
  private void resume() {
    List<CheckpointManifest> rejected = new ArrayList<>();
    state = work.first();
    for (CheckpointManifest manifest : assignment.checkpoints()) {
      if (cluster.sabotage() == Sabotage.CHECKPOINTS_IGNORED) {
        break;
      }
      Optional<Long> stored = read(manifest, work);
      if (stored.isPresent()) {
        state = stored.get();
        next = manifest.nextStep();
        break;
      }
      rejected.add(manifest);
      worker.decisions().checkpointRejected(task(), attempt(), manifest, "damaged");
    }
    cluster.history().began(assignment, next, rejected);
  }

  /**
   * What a checkpoint holds, which is what an undisturbed run had at that step; nothing when it is
   * damaged. An attempt that is no longer current may come too late for it.
   */
  private Optional<Long> read(CheckpointManifest manifest, Work whose) {
    long undisturbed = whose.at(manifest.nextStep());
    return switch (cluster.checkpoints().read(task().job(), manifest)) {
      case CheckpointTopic.Missing missing -> {
        cluster.history().missed(assignment, manifest);
        yield Optional.of(undisturbed);
      }
      case CheckpointTopic.Damaged damaged -> Optional.empty();
      case CheckpointTopic.Stored stored -> {
        if (stored.state() != undisturbed) {
          throw new Violation("I3 the same bytes", manifest + " of " + task());
        }
        yield Optional.of(stored.state());
      }
    };
  }

  private void goOn() {
    if (over) {
      return;
    }
    if (releasing) {
      giveBack();
    } else if (cluster.deviceFails()) {
      fail(JobFailure.Code.DEVICE_ERROR);
    } else if (finishing && next == 0) {
      fail(JobFailure.Code.DEADLINE_EXCEEDED);
    } else if (finishing || next == work.steps()) {
      after(cluster.timeline().between(2, 40), this::complete);
    } else if (number * everySteps < next && next % everySteps == 0 && !saving) {
      save();
      after(perStep, this::step);
    } else {
      after(perStep, this::step);
    }
  }

  private void step() {
    if (releasing || finishing) {
      goOn();
      return;
    }
    state = Work.step(state, next);
    next++;
    progress();
    goOn();
  }

  private void save() {
    saving = true;
    CheckpointManifest manifest = manifest();
    long saved = state;
    after(
        cluster.timeline().between(2, 120),
        () -> {
          cluster.checkpoints().write(task().job(), manifest, saved, worker.host().wall());
          saving = false;
          worker.decisions().checkpointed(task(), attempt(), manifest);
        });
  }

  private void giveBack() {
    if (saving) {
      after(Duration.ofMillis(5), this::goOn);
      return;
    }
    CheckpointManifest manifest = manifest();
    cluster.checkpoints().write(task().job(), manifest, state, worker.host().wall());
    end();
    worker.decisions().released(task(), attempt(), List.of(manifest));
  }

  private void complete() {
    if (releasing) {
      giveBack();
      return;
    }
    TaskOutput.Cost cost =
        new TaskOutput.Cost(worker.id(), next, 1, 0, 0, 1, Map.of("simulation", "1"));
    TaskOutput output = output();
    end();
    worker.decisions().completed(task(), attempt(), output, cost);
  }

  private TaskOutput output() {
    if (cluster.isLast(assignment)) {
      BlobRef blob = new BlobRef(Work.digest(state), 8, 0, List.of());
      return new TaskOutput.Files(
          List.of(new FileRef("asset.glb", "model/gltf-binary", blob)), new TreeMap<>(), List.of());
    }
    CheckpointManifest manifest = manifest();
    cluster.checkpoints().write(task().job(), manifest, state, worker.host().wall());
    return new TaskOutput.Tensors(manifest);
  }

  private void fail(JobFailure.Code code) {
    end();
    worker.decisions().failed(task(), attempt(), new JobFailure(code, "simulated", true));
  }

  void halt() {
    end();
    worker.decisions().halted(task(), attempt());
  }

  void release() {
    releasing = true;
  }

  /** The time of its job is up: what there is will do, if there is anything. */
  void finish() {
    finishing = true;
  }

  private void end() {
    over = true;
    worker.idle();
  }

  private void progress() {
    worker
        .decisions()
        .progressed(
            task(),
            attempt(),
            new WorkerReport.Progress(next, work.steps(), 1, Double.NaN, Double.NaN));
  }

  private CheckpointManifest manifest() {
    return new CheckpointManifest(
        assignment.spec().name(),
        attempt(),
        ++number,
        next,
        assignment.partition(),
        CheckpointManifest.PayloadCodec.NONE,
        8,
        List.of(),
        "cpu");
  }

  private void after(Duration delay, Runnable action) {
    worker
        .host()
        .after(
            delay,
            () -> {
              if (!over) {
                action.run();
              }
            });
  }

  private TaskRef task() {
    return assignment.task();
  }

  private int attempt() {
    return assignment.attempt();
  }
}
